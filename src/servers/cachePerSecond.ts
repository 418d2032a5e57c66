import type { Snapshot } from './Snapshot.ts';

/**
 * Returns a function that caches the result of `derive` for each snapshot until the next full second of the server's
 * time, because several views need the same result after each event.
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
