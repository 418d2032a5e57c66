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

/** Saves a value. If that fails, the value applies to this window only, which is no reason for a message. */
export function saveMemento(
  memento: { update(key: string, value: unknown): PromiseLike<void> },
  key: string,
  value: unknown,
): void {
  memento.update(key, value).then(undefined, () => undefined);
}
