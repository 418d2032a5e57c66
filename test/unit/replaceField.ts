/** A JSON object or array. */
export type Json = Readonly<Record<string, unknown>>;

export const isObject = (json: unknown): json is Json => typeof json === 'object' && json !== null;

/** The path of each field of a value, nested ones included. */
export function* fieldsOf(json: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (isObject(json)) {
    for (const [name, value] of Object.entries(json)) {
      yield [...path, name];
      yield* fieldsOf(value, [...path, name]);
    }
  }
}

/** A copy of a value with another value of one field, or without the field. */
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
