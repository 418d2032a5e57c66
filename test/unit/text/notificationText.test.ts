import assert from 'node:assert/strict';
import type { Stall } from '../../../src/model/progress/stall.ts';
import { setLocale } from '../../../src/text/format.ts';
import {
  summarizeBackfillEvents,
  describeBackfillEvent,
  type BackfillEvent,
} from '../../../src/text/notificationText.ts';
import { describeStall } from '../../../src/text/stallText.ts';
import { backfill, now, sink } from '../samples.ts';

const noKey: Stall = { cause: { kind: 'noPrimaryKey' }, idleSince: now };
const failing: Stall = { cause: { kind: 'deliveryFailing', error: 'status 500' }, idleSince: now };

const completed = (failingChecks: number): BackfillEvent => ({
  kind: 'completed',
  backfill: backfill({
    state: 'completed',
    rowsProcessed: 54_700,
    insertedAt: now - 5_000,
    completedAt: now,
  }),
  sink: sink(),
  failingChecks,
});
const cancelled: BackfillEvent = {
  kind: 'cancelled',
  backfill: backfill({ state: 'cancelled' }),
  sink: sink(),
};
const failed = (stall?: Stall): BackfillEvent => ({
  kind: 'failed',
  backfill: backfill({ state: 'failed', rowsProcessed: 0 }),
  sink: sink(),
  stall,
});
const stalled: BackfillEvent = { kind: 'stalled', backfill: backfill(), sink: sink(), stall: failing };

describe('text of a notification', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  const sentences: [string, BackfillEvent, string][] = [
    ['completed', completed(0), 'public.orders → orders-kafka completed: 54,700 rows in 5 s.'],
    [
      'completed with a failing check',
      completed(1),
      'public.orders → orders-kafka completed, but 1 check of the sink fails: 54,700 rows in 5 s.',
    ],
    [
      'completed with several failing checks',
      completed(2),
      'public.orders → orders-kafka completed, but 2 checks of the sink fail: 54,700 rows in 5 s.',
    ],
    ['cancelled', cancelled, 'public.orders → orders-kafka was cancelled after 94,000 rows.'],
    ['failed', failed(), 'public.orders → orders-kafka failed after 0 rows.'],
    [
      'failed with a known reason',
      failed(noKey),
      `public.orders → orders-kafka failed after 0 rows. ${describeStall(noKey)}`,
    ],
    ['stalled', stalled, `public.orders → orders-kafka is stalled. ${describeStall(failing)}`],
    ['without its sink', { ...cancelled, sink: undefined }, 'public.orders was cancelled after 94,000 rows.'],
  ];
  for (const [name, event, expected] of sentences) {
    it(`describes one backfill: ${name}`, () => {
      assert.equal(describeBackfillEvent(event), expected);
    });
  }

  it('summarizes several backfills by count', () => {
    const completion = completed(0);
    assert.equal(
      summarizeBackfillEvents([completion, failed(), completion, completion]),
      '3 backfills completed, 1 failed.',
    );
    assert.equal(
      summarizeBackfillEvents([stalled, cancelled, cancelled, failed()]),
      '2 backfills cancelled, 1 stalled, 1 failed.',
    );
    assert.equal(
      summarizeBackfillEvents([completion, completed(2)]),
      '2 backfills completed. Completed while checks of the sink fail: 1.',
    );
  });

  it('contains no link from a server’s names or errors', () => {
    const name = 'a\n[x](command:y) [z]\n(https://w)';
    const error = '[see](https://example.com)[](';
    const message = describeBackfillEvent({
      ...stalled,
      sink: sink({ name }),
      backfill: backfill({ table: '](command:z)' }),
      stall: { cause: { kind: 'deliveryFailing', error }, idleSince: now },
    });
    assert.doesNotMatch(message, /\]\(|\n/);
    assert.ok(message.startsWith('] (command:z) → a [x] (command:y) [z] (https://w) is stalled.'), message);
  });
});
