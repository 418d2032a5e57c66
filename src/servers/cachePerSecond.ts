import type { Snapshot } from './Snapshot.ts';

/**
 * Returns a function that keeps the result of `derive` for each snapshot until the next second of the server's time:
 * after each event, several views derive the same.
 */
export function cachePerSecond<T>(
  derive: (snapshot: Snapshot, serverNow: number) => T,
): (snapshot: Snapshot, serverNow: number) => T {
  const results = new WeakMap<Snapshot, { readonly second: number; readonly result: T }>();
  return (snapshot, serverNow) => {
    const second = Math.floor(serverNow / 1000);
    const cached = results.get(snapshot);
    if (cached?.second === second) {
      return cached.result;
    }
    const result = derive(snapshot, serverNow);
    results.set(snapshot, { second, result });
    return result;
  };
}
