import assert from 'node:assert/strict';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { findAlerts } from '../../../src/servers/alerts.ts';
import { emptySnapshot, type Snapshot } from '../../../src/servers/Snapshot.ts';
import { SnapshotStore } from '../../../src/servers/SnapshotStore.ts';
import { renderStatus } from '../../../src/statusBar/renderStatus.ts';
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
  renderStatus([{ connection, snapshot, serverNow: now + snapshot.clockSkewMs }], lookedAt, now);

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
      accessibleLabel: 'Sequin: 2 backfills, 15%',
      urgency: 'none',
    });
  });

  it('warns of what is stalled', () => {
    const status = draw(disabled(snapshotOf({}, {})));
    assert.equal(status?.text, '$(sync) 2 backfills, 47% $(warning) 2 stalled');
    assert.equal(status.accessibleLabel, 'Sequin: 2 backfills, 47%, 2 stalled');
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
    for (const clockSkewMs of [-hour, hour]) {
      const failed = snapshotOf({ state: 'failed', updatedAt: now + clockSkewMs - 2_000 });
      assert.equal(draw({ ...failed, clockSkewMs }, now - 3_000)?.urgency, 'error');
      assert.equal(draw({ ...failed, clockSkewMs }, now - 1_000), undefined);
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
    assert.match(status.accessibleLabel, /Nothing listens at localhost:7376/);
    assert.ok(status.hover.startsWith('Updated'));
  });

  it('lets no name of a server mark anything up', () => {
    const hover = draw(snapshotOf({ table: '[x](command:y)\n# <b>$(zap)' }))?.hover ?? '';
    assert.doesNotMatch(hover, /[[\]<>()$]/);
  });
});

describe('the status bar of several servers', () => {
  const refused = { kind: 'network', reason: 'refused' } as const;
  const line = (text: string) =>
    `**${escapeMarkdown('public.orders → orders-kafka')}** · ${escapeMarkdown(text)}`;

  before(() => {
    setLocale('en', 'UTC');
  });

  /** A server of that name of which this is known. */
  const at = (name: string, snapshot: Snapshot) => ({
    connection: { ...connectionTo(`http://${name}`), name },
    snapshot,
    serverNow: now + snapshot.clockSkewMs,
  });
  const drawAll = (...servers: readonly ReturnType<typeof at>[]) => renderStatus(servers, now - hour, now);
  const stale = (snapshot: Snapshot): Snapshot => ({
    ...snapshot,
    sinksLoad: { loading: false, loadedAt: now - 60_000, failure: refused },
  });

  it('has no item while there is nothing to say of any', () => {
    assert.equal(renderStatus([], now, now), undefined);
    const quiet = snapshotOf({ state: 'completed' });
    assert.equal(drawAll(at('a', quiet), at('b', emptySnapshot), at('c', stale(quiet))), undefined);
  });

  it('adds up what runs, and names each server above what is its', () => {
    const status = drawAll(
      at('Laptop', snapshotOf({})),
      at('Shop', snapshotOf({ rowsProcessed: 0, rowsInitial: 400_000 }, { rowsProcessed: 6_000 })),
    );
    assert.deepEqual(status, {
      text: '$(sync) 3 backfills, 12%',
      hover: [
        '*Laptop*',
        line('47% · 94,000 of 200,000 rows'),
        '*Shop*',
        line('3% · 6,000 of 200,000 rows'),
        line('0% · 0 of 400,000 rows'),
      ].join('\n\n'),
      accessibleLabel: 'Sequin: 3 backfills, 12%',
      urgency: 'none',
    });
  });

  it('names the server also where it is the only one of several that has something to say', () => {
    const hover = drawAll(at('Laptop', emptySnapshot), at('Shop', snapshotOf({})))?.hover;
    assert.equal(hover?.split('\n\n')[0], '*Shop*');
    assert.doesNotMatch(hover, /Laptop/);
    assert.doesNotMatch(drawAll(at('Shop', snapshotOf({})))?.hover ?? '', /Shop/);
  });

  it('says of which one what it knows is old', () => {
    const status = drawAll(at('Laptop', stale(snapshotOf({}))), at('Shop', snapshotOf({})));
    assert.equal(status?.text, '$(sync-ignored) 2 backfills, 47%');
    assert.match(status.accessibleLabel, /^Sequin: 2 backfills, 47%, Updated .* Nothing listens at Laptop/);
    const [laptop, updated, , shop, ...others] = status.hover.split('\n\n');
    assert.equal(laptop, '*Laptop*');
    assert.match(updated ?? '', /^Updated /);
    assert.equal(shop, '*Shop*');
    assert.equal(others.length, 1);
  });

  it('does not say so of one that has nothing to say', () => {
    const status = drawAll(at('Laptop', stale(emptySnapshot)), at('Shop', snapshotOf({})));
    assert.equal(status?.text, '$(sync) 1 backfill, 47%');
  });

  it('is as urgent as the most urgent of them', () => {
    const failed = snapshotOf({ state: 'failed', rowsProcessed: 0 });
    const stalled = disabled(snapshotOf({}));
    const fine = snapshotOf({});
    const urgencies = (...snapshots: readonly Snapshot[]) =>
      drawAll(...snapshots.map((snapshot, index) => at(`s${String(index)}`, snapshot)));
    assert.equal(urgencies(fine, fine)?.urgency, 'none');
    assert.equal(urgencies(fine, stalled)?.urgency, 'warning');
    assert.equal(urgencies(failed, stalled)?.urgency, 'error');
    const all = urgencies(stalled, failed, stalled, failed);
    assert.equal(all?.urgency, 'error');
    assert.equal(all.text, '$(sync) 2 backfills, 47% $(warning) 2 stalled, 2 failed');
    assert.equal(all.accessibleLabel, 'Sequin: 2 backfills, 47%, 2 stalled, 2 failed');
  });

  it('reckons each by its own clock', () => {
    const skewed = (clockSkewMs: number): Snapshot => ({
      ...snapshotOf({ state: 'failed', updatedAt: now - hour / 2 + clockSkewMs }),
      clockSkewMs,
    });
    assert.equal(
      drawAll(at('a', skewed(-10 * hour)), at('b', skewed(10 * hour)))?.text,
      '$(warning) 2 backfills failed',
    );
    const before = { ...skewed(10 * hour), clockSkewMs: 11 * hour };
    assert.equal(drawAll(at('a', before), at('b', skewed(0)))?.text, '$(warning) 1 backfill failed');
  });

  it('lets no name that a user gave mark anything up', () => {
    const hover =
      drawAll(at('a*\n\n# [x](command:y) $(zap)', snapshotOf({})), at('b', snapshotOf({})))?.hover ?? '';
    assert.equal(hover.split('\n\n').length, 4);
    assert.doesNotMatch(hover, /[[\]<>()$]|^# /m);
  });
});

describe('what needs somebody', () => {
  it('is no backfill whose rows are still counted, and no reader that has just not begun', () => {
    const stalls = (different: Partial<Backfill>, afterMs: number) => {
      const store = new SnapshotStore();
      const open = backfill({ rowsProcessed: 0, updatedAt: now, insertedAt: now, ...different });
      for (let at = now; at <= now + afterMs; at += 2_000) {
        store.applySinks(
          { items: [{ sink: sink(), unfinishedBackfills: [open] }], skipped: 0, serverTime: at },
          at,
        );
      }
      return findAlerts(store.snapshot, now + afterMs, now).stalled.map(({ stall }) => stall.cause.kind);
    };
    assert.deepEqual(stalls({ rowsInitial: null }, hour), []);
    assert.deepEqual(stalls({}, 4 * 60_000), []);
    assert.deepEqual(stalls({}, 6 * 60_000), ['readerStarting']);
    assert.deepEqual(stalls({ rowsProcessed: 94_000 }, 20_000), []);
    assert.deepEqual(stalls({ rowsProcessed: 94_000 }, 4 * 60_000), ['unknown']);
  });
});
