import assert from 'node:assert/strict';
import type { Listing } from '../../../src/api/SequinApi.ts';
import { loadAllBackfills } from '../../../src/commands/backfills/loadAllBackfills.ts';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { getBackfillsOfSink } from '../../../src/servers/Snapshot.ts';
import { useVscodeStub } from '../../bench/vscodeStub.ts';
import { apiWith, backfill, connectionTo, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

useVscodeStub();
const { listBackfills } = await import('../../../src/tree/rows/sink.ts');

const { id: sinkId } = sink();
/** Creates a backfill that was created and completed `ageMinutes` ago. A negative age is a time in the future. */
const finished = (ageMinutes: number): Backfill => {
  const at = now - 60_000 * ageMinutes;
  return backfill({
    id: `finished-${ageMinutes}`,
    state: 'completed',
    insertedAt: at,
    updatedAt: at,
    completedAt: at,
  });
};

describe('ServerMonitor with a sink that has 9,000 finished backfills', () => {
  /** All backfills of the sink, newest first. */
  let items: readonly Backfill[];
  let listCount: number;
  let clock: TestClock;
  let monitor: ServerMonitor;

  beforeEach(() => {
    items = Array.from({ length: 9_000 }, (_, index) => finished(index + 1));
    listCount = 0;
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
          listCount += 1;
          return Promise.resolve<Listing<Backfill>>({ items, skipped: 0 });
        },
        getBackfill: (_sinkId, id) =>
          Promise.resolve(items.find((item) => item.id === id) ?? assert.fail(id)),
      }),
      clock,
      intervalMs: () => 0,
    });
  });
  afterEach(() => {
    monitor.dispose();
  });

  const listKnownIds = (): string[] => getBackfillsOfSink(monitor.snapshot, sinkId).map(({ id }) => id);

  /** Returns the number of backfill rows in the tree, and the number of hidden backfills that the last row reports. */
  function countRows(maxBackfills: number, hideFinished = false): [shown: number, hidden: number] {
    const nodes = listBackfills(monitor, sinkId, { hideFinished, maxBackfills });
    const last = nodes.at(-1);
    const message = last?.kind === 'message' ? last.message : undefined;
    return [
      nodes.filter(({ kind }) => kind === 'backfill').length,
      message !== undefined && 'hiddenCount' in message ? message.hiddenCount : 0,
    ];
  }

  it('keeps the newest 200 backfills, reports the number of hidden ones in the tree, and loads older ones on demand', async () => {
    await monitor.refresh();
    await monitor.backfillLists.load(sinkId);
    assert.deepEqual(
      listKnownIds(),
      items.slice(0, 200).map(({ id }) => id),
    );
    assert.deepEqual(countRows(50), [50, 8_950]);
    assert.deepEqual(countRows(250), [200, 8_800]);
    assert.deepEqual(countRows(50, true), [0, 9_000]);
    await monitor.backfillLists.loadOlder(sinkId);
    assert.equal(listCount, 2);
    assert.deepEqual(countRows(250), [250, 8_750]);
    assert.equal(listKnownIds().length, 400);
    // A refresh keeps the older backfills that the user loaded.
    await monitor.refresh();
    assert.equal(listKnownIds().length, 400);
  });

  it('keeps an unfinished backfill that is older than the newest 200, and reports its end', async () => {
    const old = backfill({ id: 'old', insertedAt: now - 365 * 86_400_000 });
    items = [...items, old];
    await monitor.refresh();
    await monitor.backfillLists.load(sinkId);
    assert.ok(listKnownIds().includes('old'));
    items = [...items.slice(0, -1), { ...old, state: 'failed', updatedAt: now }];
    await monitor.backfillLists.load(sinkId);
    assert.deepEqual(
      monitor.snapshot.unreportedEnds.map(({ kind, backfill: { id, state } }) => [kind, id, state]),
      [['finished', 'old', 'failed']],
    );
  });

  it('keeps at most 250 backfills while more and more are fetched individually', async () => {
    await monitor.refresh();
    await monitor.backfillLists.load(sinkId);
    for (let index = 1; index <= 1_000; index += 1) {
      items = [finished(-index), ...items];
      await monitor.loadBackfill(sinkId, `finished--${index}`);
      assert.ok(listKnownIds().length <= 250);
    }
    assert.deepEqual(countRows(50), [50, 9_950]);
  });

  it('keeps up to 50 older backfills that were loaded for pages, but removes all of them once there are more', async () => {
    await monitor.refresh();
    await monitor.backfillLists.load(sinkId);
    const shown = ['finished-8000', 'finished-8001', 'finished-8002'];
    for (const id of shown) {
      await monitor.loadBackfill(sinkId, id);
    }
    assert.deepEqual(listKnownIds().slice(-3), shown);
    assert.deepEqual(countRows(300), [203, 8_797]);
    await monitor.backfillLists.load(sinkId);
    assert.deepEqual(listKnownIds().slice(-3), shown);
    assert.deepEqual(countRows(300), [203, 8_797]);
    // Now 203 known backfills are beyond the limit.
    for (let index = 1; index <= 400; index += 1) {
      items = [finished(-index), ...items];
    }
    await monitor.backfillLists.load(sinkId);
    assert.equal(listKnownIds().length, 200);
  });

  it('returns all backfills for an export or a copy, but keeps only the newest 200', async () => {
    await monitor.refresh();
    await monitor.backfillLists.load(sinkId);
    assert.deepEqual(await loadAllBackfills(monitor, sinkId), items);
    assert.equal(listKnownIds().length, 200);
  });
});
