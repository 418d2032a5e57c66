import type { BackfillQueue } from '../../src/model/queue/BackfillQueue.ts';
import type { QueueStorage } from '../../src/servers/QueueRunner.ts';

/** Creates a storage in memory, for the queue of several windows. */
export function createMemoryQueueStorage(): QueueStorage {
  let saved: BackfillQueue | undefined;
  const locks = new Set<string>();
  return {
    read: () => saved,
    write: (queue) => {
      saved = queue;
    },
    tryAcquire: (key) => !locks.has(key) && locks.add(key).has(key),
    release: (key) => {
      locks.delete(key);
    },
  };
}
