/**
 * Parses JSON. Integers of up to 40 digits in objects and arrays become bigints if a number would lose precision. Such
 * integers are rare and a reviver is slow, so the reviver runs only if the text may contain a number of 16 or more
 * digits.
 * @throws SyntaxError if the text isn't valid JSON, or is nested too deeply for the reviver
 */
export function parseLosslessJson(text: string): unknown {
  if (!/[:[,]\s*-?\d{16}/.test(text)) {
    return JSON.parse(text);
  }
  try {
    return (JSON.parse as JsonParseWithSource)(text, reviveBigint);
  } catch (error) {
    throw error instanceof RangeError ? new SyntaxError('nested too deeply', { cause: error }) : error;
  }
}

function reviveBigint(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value === 'number' &&
    !Number.isSafeInteger(value) &&
    source !== undefined &&
    // Longer numbers can't be counts, and converting them is slow.
    /^-?\d{1,40}$/.test(source)
    ? BigInt(source)
    : value;
}

/** V8 has passed a third argument to the reviver since 11.4; TypeScript doesn't declare it yet. */
type JsonParseWithSource = (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;
