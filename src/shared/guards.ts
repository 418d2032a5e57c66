// Checks of simple values without a schema library, which would take too long to load at startup.

/** Whether a value is an object, and neither null nor an array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

export function isString(value: unknown): value is string {
  return typeof value === 'string';
}

/** Whether a value is an array whose elements all pass a check. */
export function isArrayOf<T>(
  value: unknown,
  isElement: (element: unknown) => element is T,
): value is readonly T[] {
  return Array.isArray(value) && value.every(isElement);
}

export function isStringArray(value: unknown): value is readonly string[] {
  return isArrayOf(value, isString);
}
