import assert from 'node:assert/strict';
import type { Listing } from '../../../src/api/SequinApi.ts';
import { loadAllBackfills } from '../../../src/commands/backfills/loadAllBackfills.ts';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { ServerRegistry } from '../../../src/servers/ServerRegistry.ts';
import { getBackfillsOfSink } from '../../../src/servers/Snapshot.ts';
import { useVscodeStub } from '../../bench/vscodeStub.ts';
import { apiWith, backfill, connectionTo, now, serversOf, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

useVscodeStub();
const { listBackfills } = await import('../../../src/tree/rows/sink.ts');

const { id: sinkId } = sink();
const finished = (index: number): Backfill =>
  backfill({
    id: `finished-${index}`,
    state: 'completed',
    insertedAt: now - 60_000 * index,
    updatedAt: now - 60_000 * index,
    completedAt: now - 60_000 * index,
  });

describe('History of 9,000 finished backfills', () => {
  let items: readonly Backfill[];
  let requests: number;
  let clock: TestClock;
  let monitor: ServerMonitor;
  let servers: ServerRegistry;

  beforeEach(() => {
    items = Array.from({ length: 9_000 }, (_, index) => finished(index + 1));
    requests = 0;
    clock = new TestClock(now);
    monitor = new ServerMonitor({
      connection: connectionTo('http://localhost:7376'),
      api: apiWith({
        getVersion: () => Promise.resolve('0.14.6'),
        listSinks: () =>
          Promise.resolve({
            items: [{ sink: sink(), unfinishedBackfills: items.filter(({ state }) => state === 'active') }],
            skipped: 0,
            serverTime: undefined,
          }),
        listBackfills: () => {
          requests += 1;
          return Promise.resolve<Listing<Backfill>>({ items, skipped: 0 });
        },
        getBackfill: (_sinkId, id) =>
          Promise.resolve(items.find((each) => each.id === id) ?? assert.fail(id)),
      }),
      clock,
      intervalMs: () => 0,
    });
    servers = new ServerRegistry();
    servers.setServers(serversOf(monitor));
  });
  afterEach(() => {
    servers.dispose();
    monitor.dispose();
  });

  const knownIds = (): string[] => getBackfillsOfSink(monitor.snapshot, sinkId).map(({ id }) => id);

  /** The number of rows of backfills, and of those that the last row says are older. */
  function countRows(visibleCount: number, hideFinished = false): [shown: number, older: number] {
    const nodes = listBackfills(monitor, sinkId, { hideFinished, maxBackfills: visibleCount });
    const last = nodes.at(-1);
    const message = last?.kind === 'message' ? last.message : undefined;
    return [
      nodes.filter(({ kind }) => kind === 'backfill').length,
      message !== undefined && 'hidden' in message ? message.hidden : 0,
    ];
  }

  it('keeps the newest 200, counts the others, and loads more on demand', async () => {
    await monitor.refresh();
    await monitor.loadBackfillList(sinkId);
    assert.deepEqual(
      knownIds(),
      items.slice(0, 200).map(({ id }) => id),
    );
    assert.deepEqual(countRows(50), [50, 8_950]);
    assert.deepEqual(countRows(250), [200, 8_800]);
    assert.deepEqual(countRows(50, true), [0, 9_000]);
    await monitor.loadOlderBackfills(sinkId);
    assert.equal(requests, 2);
    assert.deepEqual(countRows(250), [250, 8_750]);
    assert.equal(knownIds().length, 400);
    // A refresh keeps what the user asked for.
    await monitor.refresh();
    assert.equal(knownIds().length, 400);
  });

  it('always keeps unfinished backfills, and reports the end of an old one', async () => {
    const old = backfill({ id: 'old', insertedAt: now - 365 * 86_400_000 });
    items = [...items, old];
    await monitor.refresh();
    await monitor.loadBackfillList(sinkId);
    assert.ok(knownIds().includes('old'));
    items = [...items.slice(0, -1), { ...old, state: 'failed', updatedAt: now }];
    await monitor.loadBackfillList(sinkId);
    assert.deepEqual(
      monitor.snapshot.unreportedEnds.map(({ kind, backfill: { id, state } }) => [kind, id, state]),
      [['finished', 'old', 'failed']],
    );
  });

  it('forgets the oldest backfills while others are read individually', async () => {
    await monitor.refresh();
    await monitor.loadBackfillList(sinkId);
    for (let index = 1; index <= 1_000; index += 1) {
      items = [finished(-index), ...items];
      await monitor.loadBackfill(sinkId, `finished--${index}`);
      assert.ok(knownIds().length <= 251);
    }
    assert.deepEqual(countRows(50), [50, 9_950]);
  });

  it('keeps old backfills that were read for a page, unless the list moves on', async () => {
    await monitor.refresh();
    await monitor.loadBackfillList(sinkId);
    for (const id of ['finished-8000', 'finished-8001', 'finished-8002']) {
      await monitor.loadBackfill(sinkId, id);
    }
    const shown = ['finished-8000', 'finished-8001', 'finished-8002'];
    assert.deepEqual(knownIds().slice(-3), shown);
    await monitor.loadBackfillList(sinkId);
    assert.deepEqual(knownIds().slice(-3), shown);
    assert.deepEqual(countRows(300), [203, 8_797]);
    // The list alone doesn't grow with the number of its requests.
    for (let index = 1; index <= 400; index += 1) {
      items = [finished(-index), ...items];
    }
    await monitor.loadBackfillList(sinkId);
    assert.equal(knownIds().length, 200);
  });

  it('exports and copies all backfills', async () => {
    await monitor.refresh();
    await monitor.loadBackfillList(sinkId);
    assert.deepEqual(await loadAllBackfills({ servers, monitor }, sinkId), items);
    assert.equal(knownIds().length, 200);
  });
});
