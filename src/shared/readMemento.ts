import * as v from 'valibot';

/** Reads a stored value; `defaultValue` if there is none, or if it is invalid. */
export function readMemento<T>(
  memento: { get(key: string): unknown },
  key: string,
  schema: v.GenericSchema<unknown, T>,
  defaultValue: T,
): T {
  const result = v.safeParse(schema, memento.get(key));
  return result.success ? result.output : defaultValue;
}
