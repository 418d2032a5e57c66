/**
 * `JSON.parse` that loses no row: an integer beyond 2^53 becomes a bigint. Such numbers are rare, and
 * a reviver is slow, so that it runs only where the text holds a number of that many digits.
 * @throws SyntaxError also where such a text is nested more deeply than a reviver can follow
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
    /^-?\d+$/.test(source)
    ? BigInt(source)
    : value;
}

/** In V8 since 11.4; TypeScript does not know the reviver's third parameter yet. */
type JsonParseWithSource = (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;
