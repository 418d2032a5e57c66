import assert from 'node:assert/strict';
import type { BackfillQueue, QueueItem } from '../../../src/model/queue/BackfillQueue.ts';
import { getQueueProgress } from '../../../src/model/queue/queueProgress.ts';
import { setLocale } from '../../../src/text/format.ts';
import { describeQueueEnd, describeQueueProgress } from '../../../src/text/queueText.ts';
import { backfill } from '../samples.ts';

/** Creates a queue of backfills in the given phases. The id of each backfill is its position, from 0. */
function createQueue(...phases: readonly QueueItem['phase'][]): BackfillQueue {
  const items = phases.map((phase, index) => ({
    sinkId: 's',
    backfillId: String(index),
    phase,
    resumedAt: null,
    cancelingSince: null,
    rejections: 0,
    rows: null,
  }));
  return { limit: 2, items };
}

describe('queueText', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  it('counts only completed, cancelled, failed and deleted backfills as finished', () => {
    const queue = createQueue(
      'completed',
      'cancelled',
      'failed',
      'removed',
      'rejected',
      'started',
      'waiting',
    );
    for (const heldBackfill of [backfill({ state: 'paused', rowsInitial: null }), undefined]) {
      const progress = getQueueProgress(
        queue,
        () => heldBackfill && { backfill: heldBackfill, rowsPerSecond: undefined },
      );
      assert.equal(
        describeQueueProgress(progress, queue),
        'Queue: 4 of 7 finished · 1 failed · 2 at a time',
        heldBackfill === undefined ? 'unknown backfills' : 'backfills that someone paused',
      );
    }
  });

  const ends: [phases: QueueItem['phase'][], expected: string][] = [
    [['completed', 'completed', 'failed'], '2 backfills completed, 1 failed'],
    [['cancelled', 'removed'], '1 backfill cancelled, 1 deleted'],
    [['completed', 'rejected', 'started'], '1 backfill completed, 2 paused'],
    [['rejected', 'started'], '2 backfills paused'],
    [['started'], '1 backfill paused'],
  ];
  for (const [phases, expected] of ends) {
    it(`reports the result of a finished queue: ${expected}`, () => {
      const queue = createQueue(...phases);
      assert.equal(describeQueueEnd(queue, undefined), `The queue has finished: ${expected}.`);
      assert.equal(describeQueueEnd(queue, 'Shop'), `The queue of Shop has finished: ${expected}.`);
    });
  }
});
