/**
 * Parses JSON without loss of precision: an integer beyond 2^53 becomes a bigint. Such numbers are rare and a reviver
 * is slow, so it runs only if the text contains a number with that many digits.
 * @throws SyntaxError also if a text with such a number is nested too deeply for a reviver
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
    // Longer numbers, which are no counts, take long to convert.
    /^-?\d{1,40}$/.test(source)
    ? BigInt(source)
    : value;
}

/** V8 has the reviver's third parameter since 11.4; TypeScript doesn't declare it yet. */
type JsonParseWithSource = (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;
