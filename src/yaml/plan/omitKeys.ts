import { isRecord } from '../../shared/guards.ts';

/** Maps whose keys the user names. */
const mapsWithUserKeys: ReadonlySet<string> = new Set(['headers', 'encrypted_headers', 'annotations']);

/**
 * Copies a configuration without keys that have no value and without `omittedKeys`, at any depth. Keeps maps whose keys
 * the user names.
 * @param convert converts the value of each key
 */
export function omitKeys(
  value: unknown,
  omittedKeys: ReadonlySet<string>,
  convert: (key: string, value: unknown) => unknown,
): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => omitKeys(item, omittedKeys, convert));
  }
  return isRecord(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([key, child]) => child !== null && !omittedKeys.has(key))
          .map(([key, child]) => [
            key,
            mapsWithUserKeys.has(key) ? child : convert(key, omitKeys(child, omittedKeys, convert)),
          ]),
      )
    : value;
}
