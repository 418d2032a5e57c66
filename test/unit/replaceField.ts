/** A JSON object or array. */
export type Json = Readonly<Record<string, unknown>>;

export const isObject = (json: unknown): json is Json => typeof json === 'object' && json !== null;

/** Yields the path of each field of a value, including nested fields. */
export function* fieldsOf(json: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (isObject(json)) {
    for (const [name, value] of Object.entries(json)) {
      yield [...path, name];
      yield* fieldsOf(value, [...path, name]);
    }
  }
}

/** Returns a copy of a JSON value in which one field has another value, or is missing if `value` is undefined. */
export function replaceField(
  json: unknown,
  [name = '', ...rest]: readonly string[],
  value: unknown,
): unknown {
  const { [name]: replaced, ...others } = json as Json;
  const next = rest.length === 0 ? value : replaceField(replaced, rest, value);
  const fields = next === undefined ? others : { ...(json as Json), [name]: next };
  return Array.isArray(json) ? Object.values(fields) : fields;
}
