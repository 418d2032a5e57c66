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

/** A snapshot of the default sink with these backfills. */
function snapshotOf(...backfills: readonly Partial<Backfill>[]): Snapshot {
  const all = backfills.map((changes, index) => backfill({ id: `b${index}`, ...changes }));
  return {
    ...emptySnapshot,
    sinks: new Map([[sink().id, sink()]]),
    sinksLoad: { loading: false, loadedAt: now, failure: undefined },
    backfills: new Map([[sink().id, new Map(all.map((one) => [one.id, one]))]]),
  };
}

/** The same snapshot with a paused sink, which stalls running backfills at once. */
const paused = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  sinks: new Map([[sink().id, sink({ status: 'paused' })]]),
});

const render = (snapshot: Snapshot, lastViewedAt = now - hour) =>
  renderStatus([{ connection, snapshot, serverNow: now + snapshot.clockSkewMs }], lastViewedAt, now);

describe('renderStatus', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  it('returns nothing without running or failed backfills', () => {
    assert.equal(render(emptySnapshot), undefined);
    assert.equal(render(snapshotOf({ state: 'paused' }, { state: 'completed' })), undefined);
  });

  it('contains the number of running backfills and their progress', () => {
    assert.deepEqual(render(snapshotOf({}, { rowsProcessed: 0, rowsInitial: 400_000 })), {
      text: '$(sync) 2 backfills, 15%',
      hover: [
        `**${escapeMarkdown('public.orders → orders-kafka')}** · ${escapeMarkdown('0% · 0 of 400,000 rows')}`,
        `**${escapeMarkdown('public.orders → orders-kafka')}** · ${escapeMarkdown('47% · 94,000 of 200,000 rows')}`,
      ].join('\n\n'),
      accessibleLabel: 'Sequin: 2 backfills, 15%',
      urgency: 'none',
    });
  });

  it('shows no percentage while parts of the table are read again', () => {
    const { text, hover } = render(snapshotOf({ rowsProcessed: 206_000, rowsInitial: 200_002 })) ?? {};
    assert.equal(text, '$(sync) 1 backfill');
    assert.ok(hover?.endsWith(escapeMarkdown('206,000 rows processed (200,002 counted)')));
  });

  it('warns about stalled backfills', () => {
    const status = render(paused(snapshotOf({}, {})));
    assert.equal(status?.text, '$(sync) 2 backfills, 47% $(warning) 2 stalled');
    assert.equal(status.accessibleLabel, 'Sequin: 2 backfills, 47%, 2 stalled');
    assert.equal(status.urgency, 'warning');
    assert.ok(status.hover.includes(escapeMarkdown('The sink is paused')));
  });

  it('lists failed backfills first until the user has viewed them', () => {
    const snapshot = snapshotOf({ state: 'failed', rowsInitial: null, rowsProcessed: 0 }, {});
    const status = render(snapshot);
    assert.equal(status?.text, '$(sync) 1 backfill, 47% $(warning) 1 failed');
    assert.equal(status.urgency, 'error');
    assert.match(status.hover.split('\n\n')[0] ?? '', /Failed/);
    assert.equal(render(snapshot, now)?.text, '$(sync) 1 backfill, 47%');
  });

  it('reports failed backfills while none is running', () => {
    const snapshot = snapshotOf({ state: 'failed' }, { state: 'failed' });
    assert.equal(render(snapshot)?.text, '$(warning) 2 backfills failed');
    assert.equal(render(snapshot, now), undefined);
  });

  it('corrects a server clock that is off by an hour', () => {
    for (const clockSkewMs of [-hour, hour]) {
      const failed = snapshotOf({ state: 'failed', updatedAt: now + clockSkewMs - 2_000 });
      assert.equal(render({ ...failed, clockSkewMs }, now - 3_000)?.urgency, 'error');
      assert.equal(render({ ...failed, clockSkewMs }, now - 1_000), undefined);
    }
  });

  it('lists up to ten backfills', () => {
    const lines = render(snapshotOf(...Array.from({ length: 15 }, () => ({}))))?.hover.split('\n\n');
    assert.equal(lines?.length, 11);
    assert.equal(lines.at(-1), 'and 5 more');
  });

  it('reports stale data', () => {
    const snapshot = snapshotOf({});
    const failure = { kind: 'network', reason: 'refused' } as const;
    const status = render({ ...snapshot, sinksLoad: { loading: false, loadedAt: now - 60_000, failure } });
    assert.equal(status?.text, '$(sync-ignored) 1 backfill, 47%');
    assert.match(status.accessibleLabel, /Can’t connect to localhost:7376/);
    assert.ok(status.hover.startsWith('Updated'));
  });

  it('escapes names from a server', () => {
    const hover = render(snapshotOf({ table: '[x](command:y)\n# <b>$(zap)' }))?.hover ?? '';
    assert.doesNotMatch(hover, /[[\]<>()$]/);
  });
});

describe('renderStatus with several servers', () => {
  const failure = { kind: 'network', reason: 'refused' } as const;
  const line = (text: string) =>
    `**${escapeMarkdown('public.orders → orders-kafka')}** · ${escapeMarkdown(text)}`;

  before(() => {
    setLocale('en', 'UTC');
  });

  /** A server with this name and snapshot. */
  const serverWith = (name: string, snapshot: Snapshot) => ({
    connection: { ...connectionTo(`http://${name}`), name },
    snapshot,
    serverNow: now + snapshot.clockSkewMs,
  });
  const renderAll = (...servers: readonly ReturnType<typeof serverWith>[]) =>
    renderStatus(servers, now - hour, now);
  const stale = (snapshot: Snapshot): Snapshot => ({
    ...snapshot,
    sinksLoad: { loading: false, loadedAt: now - 60_000, failure },
  });

  it('returns nothing without running or failed backfills on any server', () => {
    assert.equal(renderStatus([], now, now), undefined);
    const quiet = snapshotOf({ state: 'completed' });
    assert.equal(
      renderAll(serverWith('a', quiet), serverWith('b', emptySnapshot), serverWith('c', stale(quiet))),
      undefined,
    );
  });

  it('combines the progress and groups the backfills by server', () => {
    const status = renderAll(
      serverWith('Laptop', snapshotOf({})),
      serverWith('Shop', snapshotOf({ rowsProcessed: 0, rowsInitial: 400_000 }, { rowsProcessed: 6_000 })),
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

  it('names the server if only one of several has running backfills', () => {
    const hover = renderAll(serverWith('Laptop', emptySnapshot), serverWith('Shop', snapshotOf({})))?.hover;
    assert.equal(hover?.split('\n\n')[0], '*Shop*');
    assert.doesNotMatch(hover, /Laptop/);
    assert.doesNotMatch(renderAll(serverWith('Shop', snapshotOf({})))?.hover ?? '', /Shop/);
  });

  it('names the server with stale data', () => {
    const status = renderAll(serverWith('Laptop', stale(snapshotOf({}))), serverWith('Shop', snapshotOf({})));
    assert.equal(status?.text, '$(sync-ignored) 2 backfills, 47%');
    assert.match(status.accessibleLabel, /^Sequin: 2 backfills, 47%, Updated .* Can’t connect to Laptop/);
    const [laptop, updated, , shop, ...others] = status.hover.split('\n\n');
    assert.equal(laptop, '*Laptop*');
    assert.match(updated ?? '', /^Updated /);
    assert.equal(shop, '*Shop*');
    assert.equal(others.length, 1);
  });

  it('ignores stale data of a server without running backfills', () => {
    const status = renderAll(serverWith('Laptop', stale(emptySnapshot)), serverWith('Shop', snapshotOf({})));
    assert.equal(status?.text, '$(sync) 1 backfill, 47%');
  });

  it('shows the highest urgency among all servers', () => {
    const failed = snapshotOf({ state: 'failed', rowsProcessed: 0 });
    const stalled = paused(snapshotOf({}));
    const fine = snapshotOf({});
    const renderSnapshots = (...snapshots: readonly Snapshot[]) =>
      renderAll(...snapshots.map((snapshot, index) => serverWith(`s${String(index)}`, snapshot)));
    assert.equal(renderSnapshots(fine, fine)?.urgency, 'none');
    assert.equal(renderSnapshots(fine, stalled)?.urgency, 'warning');
    assert.equal(renderSnapshots(failed, stalled)?.urgency, 'error');
    const all = renderSnapshots(stalled, failed, stalled, failed);
    assert.equal(all?.urgency, 'error');
    assert.equal(all.text, '$(sync) 2 backfills, 47% $(warning) 2 stalled, 2 failed');
    assert.equal(all.accessibleLabel, 'Sequin: 2 backfills, 47%, 2 stalled, 2 failed');
  });

  it('corrects the clock of each server', () => {
    const skewed = (clockSkewMs: number): Snapshot => ({
      ...snapshotOf({ state: 'failed', updatedAt: now - hour / 2 + clockSkewMs }),
      clockSkewMs,
    });
    assert.equal(
      renderAll(serverWith('a', skewed(-10 * hour)), serverWith('b', skewed(10 * hour)))?.text,
      '$(warning) 2 backfills failed',
    );
    const before = { ...skewed(10 * hour), clockSkewMs: 11 * hour };
    assert.equal(
      renderAll(serverWith('a', before), serverWith('b', skewed(0)))?.text,
      '$(warning) 1 backfill failed',
    );
  });

  it('escapes names of connections', () => {
    const hover =
      renderAll(serverWith('a*\n\n# [x](command:y) $(zap)', snapshotOf({})), serverWith('b', snapshotOf({})))
        ?.hover ?? '';
    assert.equal(hover.split('\n\n').length, 4);
    assert.doesNotMatch(hover, /[[\]<>()$]|^# /m);
  });
});

describe('findAlerts', () => {
  it('ignores backfills that are counting rows or just started', () => {
    const stalls = (changes: Partial<Backfill>, afterMs: number) => {
      const store = new SnapshotStore();
      const open = backfill({ rowsProcessed: 0, updatedAt: now, insertedAt: now, ...changes });
      for (let at = now; at <= now + afterMs; at += 2_000) {
        store.applySinks(
          { items: [{ sink: sink(), unfinishedBackfills: [open] }], skipped: 0, serverTime: at },
          at,
        );
      }
      return findAlerts(store.snapshot, now + afterMs, now).stalled.map(({ stall }) => stall.cause.kind);
    };
    assert.deepEqual(stalls({ rowsInitial: null }, 4 * 60_000), []);
    assert.deepEqual(stalls({ rowsInitial: null }, hour), ['notReading']);
    assert.deepEqual(stalls({}, 4 * 60_000), []);
    assert.deepEqual(stalls({}, 6 * 60_000), ['notReading']);
    assert.deepEqual(stalls({ rowsProcessed: 94_000 }, 20_000), []);
    assert.deepEqual(stalls({ rowsProcessed: 94_000, insertedAt: now - 60_000 }, 4 * 60_000), ['unknown']);
  });
});
