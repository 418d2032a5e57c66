import assert from 'node:assert/strict';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { concernsOf } from '../../../src/monitor/attention.ts';
import { emptySnapshot, type Snapshot } from '../../../src/monitor/Snapshot.ts';
import { SnapshotStore } from '../../../src/monitor/SnapshotStore.ts';
import { drawStatus } from '../../../src/statusBar/drawStatus.ts';
import { escapeMarkdown } from '../../../src/text/escapeMarkdown.ts';
import { setLocale } from '../../../src/text/format.ts';
import { backfill, connectionTo, now, sink } from '../samples.ts';

const hour = 3600_000;
const connection = connectionTo('http://localhost:7376');

/** What is known of a sink like any other, with these backfills. */
function snapshotOf(...backfills: readonly Partial<Backfill>[]): Snapshot {
  const all = backfills.map((different, index) => backfill({ id: `b${index}`, ...different }));
  return {
    ...emptySnapshot,
    sinks: new Map([[sink().id, sink()]]),
    sinksLoad: { loading: false, loadedAt: now, failure: undefined },
    backfills: new Map([[sink().id, new Map(all.map((one) => [one.id, one]))]]),
  };
}

/** The same sink, disabled: what runs there is stalled, and plainly so. */
const disabled = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  sinks: new Map([[sink().id, sink({ status: 'disabled' })]]),
});

const draw = (snapshot: Snapshot, lookedAt = now - hour) =>
  drawStatus([{ connection, snapshot, serverNow: now + snapshot.skewMs }], lookedAt, now);

describe('the status bar', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  it('has no item while there is nothing to say', () => {
    assert.equal(draw(emptySnapshot), undefined);
    assert.equal(draw(snapshotOf({ state: 'paused' }, { state: 'completed' })), undefined);
  });

  it('says how many run and how far they are', () => {
    assert.deepEqual(draw(snapshotOf({}, { rowsProcessed: 0, rowsInitial: 400_000 })), {
      text: '$(sync) 2 backfills, 15%',
      hover: [
        `**${escapeMarkdown('public.orders → orders-kafka')}** · ${escapeMarkdown('0% · 0 of 400,000 rows')}`,
        `**${escapeMarkdown('public.orders → orders-kafka')}** · ${escapeMarkdown('47% · 94,000 of 200,000 rows')}`,
      ].join('\n\n'),
      spoken: 'Sequin: 2 backfills, 15%',
      urgency: 'none',
    });
  });

  it('warns of what is stalled', () => {
    const status = draw(disabled(snapshotOf({}, {})));
    assert.equal(status?.text, '$(sync) 2 backfills, 47% $(warning) 2 stalled');
    assert.equal(status.spoken, 'Sequin: 2 backfills, 47%, 2 stalled');
    assert.equal(status.urgency, 'warning');
    assert.ok(status.hover.includes(escapeMarkdown('The sink is disabled')));
  });

  it('says what failed, first of all, until the user has looked', () => {
    const snapshot = snapshotOf({ state: 'failed', rowsInitial: null, rowsProcessed: 0 }, {});
    const status = draw(snapshot);
    assert.equal(status?.text, '$(sync) 1 backfill, 47% $(warning) 1 failed');
    assert.equal(status.urgency, 'error');
    assert.match(status.hover.split('\n\n')[0] ?? '', /Failed/);
    assert.equal(draw(snapshot, now)?.text, '$(sync) 1 backfill, 47%');
  });

  it('says so too while nothing runs', () => {
    const snapshot = snapshotOf({ state: 'failed' }, { state: 'failed' });
    assert.equal(draw(snapshot)?.text, '$(warning) 2 backfills failed');
    assert.equal(draw(snapshot, now), undefined);
  });

  it('is not led astray by a server’s clock that is wrong by an hour', () => {
    for (const skewMs of [-hour, hour]) {
      const failed = snapshotOf({ state: 'failed', updatedAt: now + skewMs - 2_000 });
      assert.equal(draw({ ...failed, skewMs }, now - 3_000)?.urgency, 'error');
      assert.equal(draw({ ...failed, skewMs }, now - 1_000), undefined);
    }
  });

  it('names at most ten', () => {
    const lines = draw(snapshotOf(...Array.from({ length: 15 }, () => ({}))))?.hover.split('\n\n');
    assert.equal(lines?.length, 11);
    assert.equal(lines.at(-1), 'and 5 more');
  });

  it('says that what it knows is old', () => {
    const snapshot = snapshotOf({});
    const failure = { kind: 'network', reason: 'refused' } as const;
    const status = draw({ ...snapshot, sinksLoad: { loading: false, loadedAt: now - 60_000, failure } });
    assert.equal(status?.text, '$(sync-ignored) 1 backfill, 47%');
    assert.match(status.spoken, /Nothing listens at localhost:7376/);
    assert.ok(status.hover.startsWith('Updated'));
  });

  it('lets no name of a server mark anything up', () => {
    const hover = draw(snapshotOf({ table: '[x](command:y)\n# <b>$(zap)' }))?.hover ?? '';
    assert.doesNotMatch(hover, /[[\]<>()$]/);
  });
});

describe('what needs somebody', () => {
  it('is no backfill whose rows are still counted, and no reader that has just not begun', () => {
    const stalls = (different: Partial<Backfill>, afterMs: number) => {
      const store = new SnapshotStore();
      const open = backfill({ rowsProcessed: 0, updatedAt: now, insertedAt: now, ...different });
      for (let at = now; at <= now + afterMs; at += 2_000) {
        store.applySinks(
          { items: [{ sink: sink(), openBackfills: [open] }], leftOut: 0, serverTime: at },
          at,
        );
      }
      return concernsOf(store.snapshot, now + afterMs, now).stalled.map(({ stall }) => stall.cause.kind);
    };
    assert.deepEqual(stalls({ rowsInitial: null }, hour), []);
    assert.deepEqual(stalls({}, 4 * 60_000), []);
    assert.deepEqual(stalls({}, 6 * 60_000), ['readerStarting']);
    assert.deepEqual(stalls({ rowsProcessed: 94_000 }, 20_000), []);
    assert.deepEqual(stalls({ rowsProcessed: 94_000 }, 4 * 60_000), ['unknown']);
  });
});
