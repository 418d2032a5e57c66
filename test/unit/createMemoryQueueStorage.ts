import type { BackfillQueue } from '../../src/model/queue/BackfillQueue.ts';
import type { QueueStorage } from '../../src/servers/QueueRunner.ts';

/** Creates an in-memory storage for a queue that several windows share. */
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
