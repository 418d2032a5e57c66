import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Collects all garbage, and returns the size of the remaining heap in bytes. */
export function measureLiveHeap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Collects all garbage, without waiting for V8 to do it. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
}
