import assert from 'node:assert/strict';
import { type DeliveryFailure, recordDeliveryCheck } from '../../../../src/model/deliveryFailure.ts';
import type { ProgressHistory } from '../../../../src/model/history/history.ts';
import {
  type BackfillStatus,
  deriveStatus,
  type StatusInput,
} from '../../../../src/model/progress/backfillStatus.ts';
import type { Sink } from '../../../../src/model/Sink.ts';
import { backfill, now, sink } from '../../samples.ts';
import { HistoryRecorder } from '../history/HistoryRecorder.ts';

const minute = 60_000;

const withCheck = (name: string, status: string): Sink =>
  sink({ health: { status, checks: [{ name, status, error: 'status 500' }] } });
const failing = withCheck('Message delivery', 'error');

function derive(input: Partial<StatusInput>, at = now) {
  const nothing = { track: undefined, history: undefined, deliveryFailures: [] };
  return deriveStatus({ backfill: backfill(), sink: sink(), ...nothing, ...input }, at);
}

describe('deriveStatus', () => {
  const states: [Parameters<typeof backfill>[0], BackfillStatus][] = [
    [{ state: 'active' }, 'running'],
    [{ rowsInitial: null }, 'running'],
    [{ rowsInitial: null, rowsProcessed: 0 }, 'counting'],
    [{ state: 'paused' }, 'paused'],
    [{ state: 'completed' }, 'completed'],
    [{ state: 'cancelled' }, 'cancelled'],
    [{ state: 'failed' }, 'failed'],
    [{ state: 'rewound' }, 'unknown'],
  ];
  for (const [fields, status] of states) {
    it(`returns "${status}" for ${JSON.stringify(fields)}`, () => {
      assert.equal(derive({ backfill: backfill(fields) }).status, status);
    });
  }

  it('returns "stalled" at once if the sink is paused, and "counting" while the count takes no longer than usual', () => {
    assert.equal(derive({ sink: sink({ status: 'paused' }) }).status, 'stalled');
    const starting = new HistoryRecorder({ rowsInitial: null }).observeFor(120);
    const status = derive({ backfill: starting.backfill, track: starting.track }, starting.at);
    assert.deepEqual([status.status, status.stall?.cause.kind], ['counting', 'counting']);
  });

  describe('for a completed backfill', () => {
    /** A failure of the check that was first observed at `now`, a minute after the check was last healthy. */
    const ongoing: DeliveryFailure = { since: now, notBefore: now - minute, until: null };
    const completed = (completedAt: number) => backfill({ state: 'completed', completedAt });
    const cases: [string, Sink, DeliveryFailure | undefined, number, BackfillStatus][] = [
      ['after the delivery check failed', failing, ongoing, now + minute, 'completedWithDeliveryErrors'],
      [
        'between the last healthy check and the first failing one',
        failing,
        ongoing,
        now - minute / 2,
        'completedWithDeliveryErrors',
      ],
      ['weeks before the check failed', failing, ongoing, now - 20 * 86_400_000, 'completed'],
      ['before the check was last healthy', failing, ongoing, now - 2 * minute, 'completed'],
      [
        'while the delivery check reported a warning',
        withCheck('Message delivery', 'warning'),
        ongoing,
        now,
        'completedWithDeliveryErrors',
      ],
      [
        'half an hour before the first observation of the failing check',
        failing,
        { ...ongoing, notBefore: null },
        now - 30 * minute,
        'completedWithDeliveryErrors',
      ],
      [
        'a day before the first observation of the failing check',
        failing,
        { ...ongoing, notBefore: null },
        now - 86_400_000,
        'completed',
      ],
      ['while another check failed', withCheck('Sink configuration', 'error'), undefined, now, 'completed'],
      [
        'during a delivery failure that is over',
        sink(),
        { ...ongoing, until: now + minute },
        now,
        'completed',
      ],
      ['while the server reported no health', sink({ health: null }), ongoing, now, 'completed'],
    ];
    for (const [name, currentSink, failure, completedAt, expected] of cases) {
      it(`returns "${expected}" if the backfill completed ${name}`, () => {
        const { status, deliveryWarning } = derive({
          backfill: completed(completedAt),
          sink: currentSink,
          deliveryFailures: failure === undefined ? [] : [failure],
        });
        assert.equal(status, expected);
        assert.equal(deliveryWarning?.error, expected === 'completed' ? undefined : 'status 500');
      });
    }
  });

  it('returns "stalled" continuously from the second stall within an hour until the backfill has recovered', () => {
    const observer = new HistoryRecorder({ rowsInitial: 90_000_000 }).addPages(5);
    const changes: string[] = [];
    const recordStatus = () => {
      const { track, history, backfill: current, at } = observer;
      const { status, stall } = derive({ backfill: current, track, history }, at);
      const text = `${status} ${stall?.cause.kind ?? ''}`.trim();
      if (changes.at(-1) !== text) {
        changes.push(text);
      }
    };
    for (let round = 0; round < 3; round += 1) {
      observer.observeFor(150, recordStatus);
      for (let page = 0; page < 5; page += 1) {
        observer.addPages(1);
        recordStatus();
      }
    }
    const states = changes.map((text) => text.split(' ')[0]);
    const statusChanges = states.filter((state, index) => state !== states[index - 1]);
    assert.deepEqual(statusChanges, ['running', 'stalled', 'running', 'stalled']);
    assert.equal(changes.at(-1), 'stalled recurring');
    for (let page = 0; page < 150; page += 1) {
      observer.addPages(1);
      recordStatus();
    }
    assert.equal(changes.at(-1), 'running');
  });

  it('counts a delivery failure and the stalls during the failure as one stall', () => {
    const failure: DeliveryFailure = { since: now - 30 * minute, notBefore: null, until: now - 2 * minute };
    const stalls = [25, 10].map((minutesAgo) => ({
      kind: 'stalled' as const,
      from: now - minutesAgo * minute,
      to: now - (minutesAgo - 5) * minute,
    }));
    const running = backfill({ insertedAt: now - 60 * minute });
    const deriveWith = (events: ProgressHistory['events']) =>
      derive({
        backfill: running,
        history: { samples: [], events, firstObservedAt: 0, observedAt: now },
        deliveryFailures: [failure],
      });
    assert.equal(deriveWith(stalls).status, 'running');
    const earlier = { kind: 'stalled' as const, from: now - 40 * minute, to: now - 35 * minute };
    assert.deepEqual(deriveWith([earlier, ...stalls]).stall, {
      cause: { kind: 'recurring', count: 2 },
      idleSince: earlier.from,
    });
  });

  it('returns "stalled" after the delivery check failed repeatedly, even while it is healthy', () => {
    let failures: readonly DeliveryFailure[] = [];
    const statuses = Array.from({ length: 12 }, (_, index) => {
      const at = now + index * minute;
      const current = index % 2 === 0 ? failing : sink();
      failures = recordDeliveryCheck(failures, current, at - minute, at);
      return derive({ sink: current, deliveryFailures: failures, backfill: backfill({ updatedAt: at }) }, at)
        .status;
    });
    assert.deepEqual(statuses.slice(2), Array(10).fill('stalled'));
  });

  it('ignores delivery failures that are in the future because a clock was set back', () => {
    const deliveryFailures = [70, 90].map((minutes) => ({
      since: now + minutes * minute,
      notBefore: null,
      until: now + (minutes + 5) * minute,
    }));
    assert.equal(derive({ deliveryFailures }).status, 'running');
  });
});

describe('recordDeliveryCheck', () => {
  it('returns the same list while the check continues to fail, and if the server doesn’t report the health', () => {
    const failures = recordDeliveryCheck([], failing, undefined, now);
    assert.deepEqual(failures, [{ since: now, notBefore: null, until: null }]);
    assert.equal(recordDeliveryCheck(failures, failing, now, now + minute), failures);
    assert.equal(recordDeliveryCheck(failures, sink({ health: null }), now, now + minute), failures);
  });

  for (const [intervalMs, count, title] of [
    [15 * minute, 3, 'drops failures that ended an hour or more before a new failure'],
    [1_000, 30, 'keeps only the latest 30 failures'],
  ] as const) {
    it(title, () => {
      let failures: readonly DeliveryFailure[] = [];
      for (let index = 0; index < 1_001; index += 1) {
        const current = index % 2 === 0 ? failing : sink();
        failures = recordDeliveryCheck(failures, current, now, now + index * intervalMs);
      }
      assert.equal(failures.length, count);
      assert.equal(failures.at(-1)?.since, now + 1_000 * intervalMs);
    });
  }
});
