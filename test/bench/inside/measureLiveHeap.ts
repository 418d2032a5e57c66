import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The size of the heap after garbage collection, in bytes. */
export function measureLiveHeap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Collects all garbage at once. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
}
