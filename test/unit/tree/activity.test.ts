import assert from 'node:assert/strict';
import type { Backfill } from '../../../src/model/Backfill.ts';
import type { ProgressTrack } from '../../../src/model/progress/ProgressTrack.ts';
import { addToQueue } from '../../../src/model/queue/BackfillQueue.ts';
import { hasActivity, listActivity } from '../../../src/servers/activity.ts';
import type { Server } from '../../../src/servers/ServerRegistry.ts';
import { type Snapshot } from '../../../src/servers/Snapshot.ts';
import { SnapshotStore } from '../../../src/servers/SnapshotStore.ts';
import { setLocale } from '../../../src/text/format.ts';
import { useVscodeStub } from '../../bench/vscodeStub.ts';
import { monitorOf } from '../monitorOf.ts';
import { backfill, connectionTo, now, serversOf, sink, snapshotOf } from '../samples.ts';

useVscodeStub();
const { describeActivity, listActivityNodes } = await import('../../../src/tree/rows/activity.ts');
const { backfillRow } = await import('../../../src/tree/rows/backfill.ts');

const hour = 3600_000;

function createServer(name: string, snapshot: Snapshot): Server {
  const [server] = serversOf(monitorOf(snapshot, connectionTo(`http://${name}`)));
  return server ?? assert.fail();
}

/**
 * Creates a snapshot with the backfills of each sink, by the name of the sink. If the name begins with `paused`, the
 * sink is paused.
 */
function createSnapshot(sinks: Readonly<Record<string, readonly Partial<Backfill>[]>>): Snapshot {
  return snapshotOf(
    Object.keys(sinks).map((name) =>
      sink({ id: name, name, status: name.startsWith('paused') ? 'paused' : 'active' }),
    ),
    Object.entries(sinks).flatMap(([sinkId, backfills]) =>
      backfills.map((changes, index) =>
        backfill({ id: `${sinkId}${index}`, sinkId, table: `${sinkId}${index}`, ...changes }),
      ),
    ),
  );
}

/** Lists the label and the description of each row. */
const listTexts = (...servers: readonly Server[]): string[] =>
  listActivityNodes(servers).map((node) => {
    const server = servers.find(({ monitor }) => monitor?.connection.id === node.connectionId);
    const row = server && backfillRow.render(node, server, false);
    return `${row?.label ?? ''}: ${row?.description ?? ''}`;
  });

const finished = (msAgo: number) => ({ state: 'completed', completedAt: now - msAgo });

describe('the Activity view', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  it('has a message with each stalled database and the progress of each queue', () => {
    const createTrack = (updatedAt: number): ProgressTrack => ({
      observedAt: now,
      updatedAt,
      startedAt: now - hour,
      pausedSince: null,
      pausedMs: 0,
      longestIdleMs: 0,
      lastUpdate: { at: updatedAt, rows: 94_000, pageRows: 1_000 },
      rereadRows: 0,
      restartCount: 0,
      pace: null,
      displayedFinish: null,
    });
    const started = { insertedAt: now - hour };
    const snapshot = createSnapshot({ a: [started, started], other: [started] });
    const stalled = createTrack(now - 10 * 60_000);
    const monitor = createServer('local', {
      ...snapshot,
      sinks: new Map(
        [...snapshot.sinks].map(([id, each]) => [id, { ...each, database: id === 'a' ? 'shop' : 'crm' }]),
      ),
      progressTracks: new Map([
        ['a0', stalled],
        ['a1', stalled],
        ['other0', createTrack(now - 2_000)],
      ]),
      queue: addToQueue(undefined, [backfill({ id: 'other0', sinkId: 'other' })], 2),
    }).monitor;
    assert.ok(monitor);
    const stalledText =
      'None of the 2 running backfills of the database shop is making progress, while backfills of other databases are.';
    assert.equal(describeActivity([monitor]), `${stalledText} — Queue: 0 of 1 finished · 47% · 2 at a time`);
    assert.match(describeActivity([monitor, monitor]), /^local: None .* — local: Queue: .* — local: None/);
    assert.equal(describeActivity([]), '');
  });

  it('lists queued backfills below running ones, in the order of the queue', () => {
    const paused = { state: 'paused' };
    const snapshot = createSnapshot({ a: [paused, paused, {}, paused] });
    const known = [...(snapshot.backfills.get('a')?.values() ?? [])];
    const queue = addToQueue(undefined, [known[3] ?? assert.fail(), known[0] ?? assert.fail()], 1);
    assert.deepEqual(
      listTexts(createServer('local', { ...snapshot, queue })).map((text) =>
        text.slice(0, text.indexOf(' · a')),
      ),
      ['a2: 47%', 'a3: Queued · 1st', 'a0: Queued · 2nd', 'a1: Paused at 47%'],
    );
  });

  it('lists stalled, running, paused, and recently finished backfills of all connections, in this order', () => {
    const texts = listTexts(
      createServer(
        'local',
        createSnapshot({
          a: [finished(0.9 * hour), { state: 'paused' }, {}, finished(1.1 * hour)],
          pausedSink: [{ updatedAt: now - 2 * hour }],
        }),
      ),
      createServer('shop', createSnapshot({ b: [{ rowsProcessed: 20_000 }, finished(60_000)] })),
    );
    assert.deepEqual(texts, [
      'pausedSink0: sink paused · 2 h · pausedSink · local',
      'b0: 10% · b · shop',
      'a2: 47% · a · local',
      'a1: Paused at 47% · a · local',
      'b1: 1 min ago · 94K rows · 0 s · b · shop',
      'a0: 54 min ago · 94K rows · 0 s · a · local',
    ]);
  });

  it('sorts running backfills by the time left', () => {
    const store = new SnapshotStore();
    const progress = (id: string, rowsPerSecond: number, at: number) =>
      backfill({
        id,
        table: id,
        rowsInitial: 1_000_000,
        rowsProcessed: (rowsPerSecond * (at - now)) / 1000,
        insertedAt: now,
        updatedAt: at,
      });
    const end = now + 60_000;
    for (let at = now; at <= end; at += 2_000) {
      const unfinishedBackfills = [progress('slow', 500, at), progress('fast', 5_000, at)];
      store.applySinks({ items: [{ sink: sink(), unfinishedBackfills }], skipped: 0, serverTime: at }, at);
    }
    const server = { connection: connectionTo('http://local'), snapshot: store.snapshot, serverNow: end };
    assert.deepEqual(
      listActivity([server]).map(({ backfill: { id } }) => id),
      ['fast', 'slow'],
    );
  });

  it('begins the descriptions of rows of the same table with the sink or the connection that distinguishes the rows', () => {
    const orders = { table: 'public.orders' };
    const items = { table: 'public.items', insertedAt: now - hour };
    assert.deepEqual(
      listTexts(createServer('local', createSnapshot({ kafka: [orders], redis: [orders, items] }))),
      ['public.orders: redis · 47%', 'public.orders: kafka · 47%', 'public.items: 47% · redis'],
    );
    const dropped = (droppedTable: string) => ({ table: null, droppedTable });
    const droppedTables = createSnapshot({ kafka: [dropped('public.a')], redis: [dropped('public.b')] });
    assert.deepEqual(listTexts(createServer('local', droppedTables)), [
      'public.b (dropped): table dropped · redis',
      'public.a (dropped): table dropped · kafka',
    ]);
    const same = createSnapshot({ kafka: [orders] });
    assert.deepEqual(listTexts(createServer('local', same), createServer('shop', same)), [
      'public.orders: local · 47% · kafka',
      'public.orders: shop · 47% · kafka',
    ]);
  });

  it('is shown only while it has unfinished or recently finished backfills', () => {
    const isShownWith = (...backfills: readonly Partial<Backfill>[]): boolean => {
      const snapshot = createSnapshot({ s: backfills });
      const isShown = hasActivity({ connection: connectionTo('http://local'), snapshot, serverNow: now });
      assert.equal(isShown, listActivityNodes([createServer('local', snapshot)]).length > 0);
      return isShown;
    };
    assert.deepEqual(
      [[], [finished(2 * hour)], [finished(hour / 2)], [{}], [{ state: 'paused' }]].map((backfills) =>
        isShownWith(...backfills),
      ),
      [false, false, true, true, true],
    );
  });
});
