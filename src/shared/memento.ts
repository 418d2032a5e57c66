/** The part of VS Code's `Memento` that is used here: storage that is kept across sessions. */
export interface MementoLike {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** Reads a stored value; `defaultValue` if there is none, or if it is invalid. */
export function readMemento<T>(
  memento: Pick<MementoLike, 'get'>,
  key: string,
  isValid: (value: unknown) => value is T,
  defaultValue: T,
): T {
  const value = memento.get(key);
  return isValid(value) ? value : defaultValue;
}

/** Saves a value. Ignores failures: if the value can't be saved, it applies to this window only. */
export function saveMemento(memento: Pick<MementoLike, 'update'>, key: string, value: unknown): void {
  memento.update(key, value).then(undefined, () => undefined);
}
