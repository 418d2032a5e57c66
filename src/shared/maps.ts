import { deepEqual } from './deepEqual.ts';

/** Returns a copy of a map without one key. */
export function omitKey<K, V>(map: ReadonlyMap<K, V>, key: K): Map<K, V> {
  const remaining = new Map(map);
  remaining.delete(key);
  return remaining;
}

/** Deletes the entries of a map that meet a condition. */
export function deleteWhere<K, V>(map: Map<K, V>, condition: (value: V, key: K) => boolean): void {
  for (const [key, value] of map) {
    if (condition(value, key)) {
      map.delete(key);
    }
  }
}

/** Returns a copy of a map with changed values. */
export function mapValues<K, V, U>(map: ReadonlyMap<K, V>, change: (value: V) => U): Map<K, U> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}

/**
 * Whether two maps have the same keys with identical values. The order doesn't matter. The values must not be
 * undefined.
 */
export function haveSameValues<K, V>(a: ReadonlyMap<K, V>, b: ReadonlyMap<K, V>): boolean {
  if (a.size !== b.size) {
    return false;
  }
  for (const [key, value] of b) {
    if (a.get(key) !== value) {
      return false;
    }
  }
  return true;
}

/** Returns the known value if the received one equals it, so that unchanged values keep their identity. */
export function reuseIfEqual<T>(known: T | undefined, received: T): T {
  return known !== undefined && deepEqual(known, received) ? known : received;
}
