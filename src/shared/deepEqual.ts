/**
 * Whether two JSON values, which may contain bigints, are deeply equal. Node's `isDeepStrictEqual` gives the same
 * result, but takes eight times as long, because it supports many values that JSON can't contain.
 */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) {
    return true;
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return false;
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((value, index) => deepEqual(value, b[index]))
    );
  }
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && deepEqual((a as PlainObject)[key], (b as PlainObject)[key]))
  );
}

type PlainObject = Readonly<Record<string, unknown>>;
