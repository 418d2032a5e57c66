import assert from 'node:assert/strict';
import type { Stall } from '../../../src/model/progress/stall.ts';
import { setLocale } from '../../../src/text/format.ts';
import {
  type BackfillEvent,
  describeBackfillEvent,
  summarizeBackfillEvents,
} from '../../../src/text/notificationText.ts';
import { describeStall } from '../../../src/text/stallText.ts';
import { backfill, now, sink } from '../samples.ts';

const noKey: Stall = { cause: { kind: 'noPrimaryKey' }, idleSince: now };
const failing: Stall = { cause: { kind: 'deliveryFailing', error: 'status 500' }, idleSince: now };

const createCompleted = (error?: string): BackfillEvent => ({
  kind: 'completed',
  backfill: backfill({
    state: 'completed',
    rowsProcessed: 54_700,
    insertedAt: now - 5_000,
    completedAt: now,
  }),
  sink: sink(),
  deliveryWarning: error === undefined ? undefined : { error },
});
const cancelled: BackfillEvent = {
  kind: 'cancelled',
  backfill: backfill({ state: 'cancelled' }),
  sink: sink(),
};
const createFailed = (stall?: Stall): BackfillEvent => ({
  kind: 'failed',
  backfill: backfill({ state: 'failed', rowsProcessed: 0 }),
  sink: sink(),
  stall,
});
const stalled = {
  kind: 'stalled',
  backfill: backfill(),
  sink: sink(),
  stall: failing,
  isRepeated: false,
} as const;
const deleted: BackfillEvent = { kind: 'deleted', backfill: backfill(), sink: sink() };

describe('notificationText', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  const sentences: [string, BackfillEvent, string][] = [
    ['completed', createCompleted(), 'public.orders → orders-kafka completed: 54,700 rows in 5 s.'],
    [
      'completed with failing deliveries',
      createCompleted('status 500'),
      'public.orders → orders-kafka completed with delivery errors: 54,700 rows in 5 s. Sequin can’t deliver messages to the destination: status 500. Some rows may not have been delivered. Fix the destination or edit the sink in the console. Sequin retries automatically.',
    ],
    [
      'deleted with its sink',
      deleted,
      'public.orders → orders-kafka was deleted with its sink after 94,000 of 200,000 rows.',
    ],
    [
      'stalled again',
      { ...stalled, isRepeated: true },
      `public.orders → orders-kafka stalls repeatedly. ${describeStall(failing)}`,
    ],
    ['cancelled', cancelled, 'public.orders → orders-kafka was cancelled after 94,000 rows.'],
    ['failed', createFailed(), 'public.orders → orders-kafka failed after 0 rows.'],
    [
      'failed with a known reason',
      createFailed(noKey),
      `public.orders → orders-kafka failed after 0 rows. ${describeStall(noKey)}`,
    ],
    ['stalled', stalled, `public.orders → orders-kafka is stalled. ${describeStall(failing)}`],
    [
      'cancelled, with an unknown sink',
      { ...cancelled, sink: undefined },
      'public.orders was cancelled after 94,000 rows.',
    ],
  ];
  for (const [name, event, expected] of sentences) {
    it(`describes a backfill: ${name}`, () => {
      assert.equal(describeBackfillEvent(event), expected);
    });
  }

  it('summarizes a few backfills by name, with the causes of problems', () => {
    const other = { table: 'public.items', rowsProcessed: 0 };
    assert.equal(
      summarizeBackfillEvents([
        stalled,
        { ...createFailed(noKey), backfill: backfill(other) },
        createCompleted(),
      ]),
      '1 backfill completed, 1 stalled, 1 failed: public.orders → orders-kafka; ' +
        'public.orders → orders-kafka (delivery failing); public.items → orders-kafka (no primary key).',
    );
    assert.equal(
      summarizeBackfillEvents([deleted, { ...cancelled, connectionName: 'shop' }]),
      '1 backfill cancelled, 1 deleted: shop: public.orders → orders-kafka; public.orders → orders-kafka.',
    );
    assert.equal(
      summarizeBackfillEvents([createCompleted('status 500'), createCompleted()]),
      '2 backfills completed: public.orders → orders-kafka (with delivery errors); public.orders → orders-kafka.',
    );
  });

  it('names a stalled database instead of its backfills', () => {
    const stopped: Stall = {
      cause: { kind: 'databaseStalled', database: 'shop', count: 3, error: null },
      idleSince: now,
    };
    assert.equal(
      summarizeBackfillEvents([{ ...stalled, stall: stopped }, createCompleted()]),
      '1 backfill completed, 3 stalled: public.orders → orders-kafka; all running backfills of the database shop.',
    );
  });

  it('summarizes many backfills by count, with the causes of problems', () => {
    const completion = createCompleted();
    assert.equal(
      summarizeBackfillEvents([completion, createFailed(), completion, completion, completion]),
      '4 backfills completed, 1 failed.',
    );
    assert.equal(
      summarizeBackfillEvents([stalled, stalled, cancelled, cancelled, createFailed(noKey)]),
      '2 backfills cancelled, 2 stalled (delivery failing), 1 failed (no primary key).',
    );
    const withError = createCompleted('status 500');
    assert.equal(
      summarizeBackfillEvents([completion, withError, completion, completion, completion]),
      '5 backfills completed (1 with delivery errors).',
    );
    assert.equal(
      summarizeBackfillEvents([stalled, withError, withError, completion, completion]),
      '4 backfills completed (2 with delivery errors), 1 stalled (delivery failing).',
    );
  });

  it('marks a stall without a known cause as stalled only if there are other kinds of events', () => {
    const unexplained: BackfillEvent = { ...stalled, stall: { cause: { kind: 'unknown' }, idleSince: now } };
    const noConsumer: BackfillEvent = {
      ...stalled,
      stall: { cause: { kind: 'noConsumer' }, idleSince: now },
    };
    const name = 'public.orders → orders-kafka';
    const cases: readonly (readonly [events: readonly BackfillEvent[], summary: string])[] = [
      [[unexplained, unexplained], `2 backfills stalled: ${name}; ${name}.`],
      [[unexplained, createCompleted()], `1 backfill completed, 1 stalled: ${name}; ${name} (stalled).`],
      [Array.from({ length: 5 }, () => unexplained), '5 backfills stalled.'],
      [[noConsumer, ...Array.from({ length: 5 }, () => unexplained)], '6 backfills stalled (no consumer).'],
    ];
    for (const [events, summary] of cases) {
      assert.equal(summarizeBackfillEvents(events), summary);
    }
  });

  it('doesn’t contain a link, even if a name or an error from the server does', () => {
    const name = 'a\n[x](command:y) [z]\n(https://w)';
    const error = '[see](https://example.com)[](';
    const message = describeBackfillEvent({
      ...stalled,
      sink: sink({ name }),
      backfill: backfill({ table: '](command:z)' }),
      stall: { cause: { kind: 'deliveryFailing', error }, idleSince: now },
    });
    assert.doesNotMatch(
      summarizeBackfillEvents([stalled, { ...cancelled, sink: sink({ name }) }]),
      /\]\(|\n/,
    );
    assert.doesNotMatch(message, /\]\(|\n/);
    assert.ok(message.startsWith('] (command:z) → a [x] (command:y) [z] (https://w) is stalled.'), message);
  });
});
