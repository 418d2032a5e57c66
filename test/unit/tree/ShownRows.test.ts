import assert from 'node:assert/strict';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { addToQueue } from '../../../src/model/queue/BackfillQueue.ts';
import { ServerRegistry } from '../../../src/servers/ServerRegistry.ts';
import { type Snapshot } from '../../../src/servers/Snapshot.ts';
import { setLocale } from '../../../src/text/format.ts';
import type { TreeNode } from '../../../src/tree/TreeNode.ts';
import { useVscodeStub } from '../../bench/vscodeStub.ts';
import { monitorOf } from '../monitorOf.ts';
import { backfill, loaded, now, serversOf, sink, snapshotOf } from '../samples.ts';

useVscodeStub();
const { progressIntervalMs, ShownRows } = await import('../../../src/tree/ShownRows.ts');
const { listRootNodes } = await import('../../../src/tree/rows/connection.ts');

/** Creates a snapshot with the sinks `s` and `t`, and with the given backfills of `s`. */
function createSnapshot(...backfills: readonly Partial<Backfill>[]): Snapshot {
  return snapshotOf(
    ['s', 't'].map((id) => sink({ id, name: id })),
    backfills.map((changes, index) =>
      backfill({ id: `b${index}`, sinkId: 's', table: `b${index}`, insertedAt: now - index, ...changes }),
    ),
    { backfillListLoads: new Map([['s', loaded]]) },
  );
}

describe('ShownRows', () => {
  let servers: ServerRegistry;
  let rows: InstanceType<typeof ShownRows>;
  let collapsedIds: string[];

  beforeEach(() => {
    setLocale('en', 'UTC');
    servers = new ServerRegistry();
    collapsedIds = [];
    rows = new ShownRows({
      servers,
      getDisplayOptions: () => ({ hideFinished: false, runningFirst: false, showDatabases: true }),
      listRootNodes,
      expandedRows: { isExpanded: (id) => !collapsedIds.includes(id) },
    });
  });
  afterEach(() => {
    servers.dispose();
  });

  function setSnapshot(snapshot: Snapshot): void {
    servers.setServers(serversOf(monitorOf(snapshot)));
  }

  /** Shows all rows, as VS Code does if every row is expanded. */
  function show(snapshot: Snapshot): TreeNode[] {
    setSnapshot(snapshot);
    const showBelow = (parent?: TreeNode): TreeNode[] =>
      rows.getChildren(parent).flatMap((node) => {
        rows.render(node, now);
        return [node, ...showBelow(node)];
      });
    return showBelow();
  }

  const getName = (node: TreeNode): string =>
    node.kind === 'backfill' ? node.backfillId : node.kind === 'sink' ? node.sinkId : node.kind;

  /** Finds the rows to refresh now and later if the snapshot changes `afterMs` after the rows were shown. */
  function findOutdated(
    snapshot: Snapshot,
    afterMs = 0,
  ): { isRoot: boolean; now: string[]; later: string[] } {
    setSnapshot(snapshot);
    const { isRootOutdated, nodes, deferred } = rows.findOutdated(now + afterMs, () => true);
    return { isRoot: isRootOutdated, now: nodes.map(getName), later: deferred.map(getName) };
  }

  it('reports no outdated rows before the view is shown, or while nothing that it shows changes', () => {
    assert.deepEqual(findOutdated(createSnapshot({})), { isRoot: false, now: [], later: [] });
    show(createSnapshot({}));
    assert.deepEqual(findOutdated(createSnapshot({})), { isRoot: false, now: [], later: [] });
    assert.deepEqual(findOutdated(createSnapshot({ rowsProcessed: 94_001 })), {
      isRoot: false,
      now: [],
      later: [],
    });
  });

  it('returns the same object for a row that is listed again', () => {
    const before = show(createSnapshot({}, {}));
    const after = show(createSnapshot({}, {}));
    assert.deepEqual(before.map(getName), ['s', 'b0', 'b1', 't', 'message']);
    assert.ok(before.every((node, index) => node === after[index]));
  });

  it('reports new progress at once if the row was shown at least 5 s ago, and otherwise later', () => {
    show(createSnapshot({}, {}));
    const progressed = createSnapshot({ rowsProcessed: 98_000 }, {});
    assert.deepEqual(findOutdated(progressed, 1_000), { isRoot: false, now: [], later: ['b0'] });
    assert.equal(rows.findOutdated(now, () => true).deferredUntil, now + progressIntervalMs);
    assert.deepEqual(findOutdated(progressed, progressIntervalMs).now, ['b0']);
  });

  it('reports progress past a multiple of 10% at once', () => {
    show(createSnapshot({}, {}));
    assert.deepEqual(findOutdated(createSnapshot({ rowsProcessed: 130_000 }, {}), 1_000).now, ['b0']);
  });

  const stateChanges: readonly [name: string, changes: Partial<Backfill>][] = [
    ['a pause', { state: 'paused' }],
    ['a completion', { state: 'completed', completedAt: now }],
    ['a failure', { state: 'failed' }],
  ];
  for (const [name, changes] of stateChanges) {
    it(`reports ${name} at once`, () => {
      show(createSnapshot({}));
      assert.deepEqual(findOutdated(createSnapshot(changes)).now, ['s', 'b0']);
    });
  }

  it('reports a paused sink at once, together with the backfill that the pause stalls', () => {
    const snapshot = createSnapshot({});
    show(snapshot);
    const sinks = new Map([...snapshot.sinks, ['s', sink({ id: 's', name: 's', status: 'paused' })]]);
    assert.deepEqual(findOutdated({ ...snapshot, sinks }).now, ['s', 'b0']);
  });

  it('reports the sink, but not the root, as outdated if a backfill was added', () => {
    show(createSnapshot({ state: 'completed', completedAt: now }));
    const completed = { state: 'completed', completedAt: now };
    assert.deepEqual(findOutdated(createSnapshot(completed, completed)), {
      isRoot: false,
      now: ['s'],
      later: [],
    });
  });

  it('reports the root as outdated if a sink was removed', () => {
    const snapshot = createSnapshot({});
    show(snapshot);
    assert.ok(findOutdated({ ...snapshot, sinks: new Map([...snapshot.sinks].slice(1)) }).isRoot);
  });

  it('reports the parent of a status row as outdated if the message of the status row changed', () => {
    const snapshot = createSnapshot();
    show(snapshot);
    const failed = { ...loaded, failure: { kind: 'timeout', afterMs: 1_000 } as const };
    assert.deepEqual(findOutdated({ ...snapshot, backfillListLoads: new Map([['s', failed]]) }).now, ['s']);
  });

  it('reports rows below a collapsed row as outdated only when the collapsed row is expanded', () => {
    const [sinkNode] = show(createSnapshot({}, {}));
    assert.ok(sinkNode);
    collapsedIds.push('http://localhost:7376/s');
    const paused = createSnapshot({}, { state: 'paused' });
    assert.deepEqual(findOutdated(paused).now, ['s']);
    rows.render(sinkNode, now);
    assert.deepEqual(findOutdated(paused).now, []);
    collapsedIds.pop();
    assert.deepEqual(findOutdated(paused).now, ['s', 'b1']);
  });

  it('reports a row at once if only data in its hover changed, but not again before VS Code requests a new hover', () => {
    const snapshot = createSnapshot({});
    const [node] = show(snapshot);
    assert.ok(node);
    const changed = sink({ id: 's', name: 's', database: 'other' });
    const withChange = { ...snapshot, sinks: new Map([...snapshot.sinks, ['s', changed]]) };
    assert.deepEqual(findOutdated(withChange).now, []);
    rows.createHover(node, now);
    assert.deepEqual(findOutdated(snapshot).now, ['s']);
    assert.deepEqual(findOutdated(withChange).now, []);
  });

  it('reports a row as outdated 20 s after its hover was shown if only ages in the hover changed, such as "1 min ago"', () => {
    const completed = { state: 'completed', completedAt: now - 30_000, updatedAt: now - 30_000 };
    const [, node] = show(createSnapshot(completed));
    assert.ok(node);
    rows.createHover(node, now);
    setSnapshot(createSnapshot(completed));
    const find = (afterMs: number) => rows.findOutdated(now + afterMs, () => false).nodes.map(getName);
    assert.deepEqual(find(10_000), []);
    assert.deepEqual(find(20_000), ['b0']);
    rows.render(node, now + 20_000);
    assert.deepEqual(find(60_000), [], 'VS Code has not asked for a new hover');
  });

  const progressChanges: readonly [name: string, changes: Partial<Backfill>][] = [
    ['the description', { rowsProcessed: 98_000 }],
    ['the progress in tenths', { rowsProcessed: 130_000 }],
    ['the hover', { rowsProcessed: 94_100 }],
  ];
  for (const [name, changes] of progressChanges) {
    it(`defers progress that changes ${name} of a running backfill until 20 s after its hover was shown`, () => {
      const [, node] = show(createSnapshot({}));
      assert.ok(node);
      rows.createHover(node, now + 1_000);
      assert.deepEqual(findOutdated(createSnapshot(changes), 20_999), {
        isRoot: false,
        now: [],
        later: ['b0'],
      });
      assert.deepEqual(findOutdated(createSnapshot(changes), 21_000).now, ['b0']);
    });
  }

  it('reports a pause at once, even while the hover of the backfill is shown', () => {
    const [, node] = show(createSnapshot({}));
    assert.ok(node);
    rows.createHover(node, now);
    assert.deepEqual(findOutdated(createSnapshot({ state: 'paused' })).now, ['s', 'b0']);
  });

  it('defers a sink with a changed hover until 20 s after the hover of a backfill below it was shown', () => {
    const snapshot = createSnapshot({});
    const [sinkNode, node] = show(snapshot);
    assert.ok(sinkNode && node);
    rows.createHover(sinkNode, now);
    rows.createHover(node, now + 1_000);
    const changed = sink({ id: 's', name: 's', database: 'other' });
    const withChange = { ...snapshot, sinks: new Map([...snapshot.sinks, ['s', changed]]) };
    assert.deepEqual(findOutdated(withChange, 10_000), { isRoot: false, now: [], later: ['s'] });
    assert.deepEqual(findOutdated(withChange, 21_000).now, ['s', 'b0']);
  });

  it('reports the root if rows were only reordered: 20 s after the hover of a row was shown, or at once if there is no hover', () => {
    const snapshot = createSnapshot({});
    const moved = { ...snapshot, sinks: new Map([...snapshot.sinks, ['t', sink({ id: 't', name: 'a' })]]) };
    const [, node] = show(snapshot);
    assert.ok(node);
    rows.createHover(node, now);
    assert.deepEqual(findOutdated(moved, 10_000), { isRoot: false, now: ['t'], later: [] });
    assert.ok(findOutdated(moved, 20_000).isRoot);
    show(snapshot);
    assert.ok(findOutdated(moved, 20_001).isRoot);
  });

  it('reports a sink if its backfills were only reordered: 20 s after the hover of a backfill was shown, or at once if there is no hover', () => {
    const snapshot = createSnapshot({ state: 'paused' }, { state: 'paused' });
    const [first, second] = snapshot.backfills.get('s')?.values() ?? [];
    assert.ok(first && second);
    const moved = { ...snapshot, queue: addToQueue(undefined, [second, first], 1) };
    const [, node] = show({ ...snapshot, queue: addToQueue(undefined, [first, second], 1) });
    assert.ok(node);
    rows.createHover(node, now);
    assert.deepEqual(findOutdated(moved, 1_000), { isRoot: false, now: ['b0', 'b1'], later: ['s'] });
    assert.ok(findOutdated(moved, 20_000).now.includes('s'));
    show({ ...snapshot, queue: addToQueue(undefined, [first, second], 1) });
    assert.deepEqual(findOutdated(moved).now, ['s']);
  });

  it('reports changed progress even if the clock was set back', () => {
    show(createSnapshot({ rowsProcessed: 10_000 }));
    setSnapshot(createSnapshot({ rowsProcessed: 60_000 }));
    assert.deepEqual(rows.findOutdated(now - 3_600_000, () => true).nodes.map(getName), ['b0']);
  });

  it('plans another search after 5 s if rows were added, because VS Code may drop the request', () => {
    show(createSnapshot({}));
    setSnapshot(createSnapshot({}, {}));
    const { nodes, deferredUntil } = rows.findOutdated(now, () => true);
    assert.deepEqual([nodes.map(getName), deferredUntil], [['s'], now + 5_000]);
  });

  it('reports a row again after 5 s if VS Code didn’t ask for the row', () => {
    const [, node] = show(createSnapshot({}));
    assert.ok(node);
    setSnapshot(createSnapshot({ state: 'paused' }));
    const find = (afterMs: number) => rows.findOutdated(now + afterMs, () => true).nodes.map(getName);
    assert.deepEqual(find(0), ['s', 'b0']);
    assert.deepEqual(find(4_999), []);
    assert.deepEqual(find(5_000), ['s', 'b0']);
    for (const shown of [...rows.getChildren(undefined).slice(0, 1), node]) {
      rows.render(shown, now + 5_000);
    }
    assert.deepEqual(find(60_000), []);
  });

  describe('prune', () => {
    /** Shows a snapshot, prunes the rows, and returns the number of rows that remain. */
    const prune = (snapshot: Snapshot): number => {
      show(snapshot);
      rows.prune();
      return rows.size;
    };
    const snapshot = createSnapshot({}, {});

    beforeEach(() => {
      show(snapshot);
      assert.equal(rows.size, 5);
    });

    it('keeps the rows of existing sinks and backfills', () => {
      assert.equal(prune(snapshot), 5);
    });

    it('forgets a backfill that no longer exists', () => {
      assert.equal(prune(createSnapshot({})), 4);
    });

    it('forgets a sink that no longer exists, and the backfills below it', () => {
      assert.equal(
        prune({ ...snapshot, sinks: new Map([...snapshot.sinks].slice(1)), backfills: new Map() }),
        2,
      );
    });

    it('forgets a database that no longer exists', () => {
      const database = { id: 'd', name: 'shop', hostname: null, port: null, database: null };
      show({ ...snapshot, databases: new Map([['d', database]]) });
      assert.equal(rows.size, 7);
      assert.equal(prune({ ...snapshot, databases: new Map([['other', { ...database, id: 'other' }]]) }), 7);
    });

    it('forgets status rows that are no longer shown', () => {
      show({ ...snapshot, backfillListLoads: new Map([...snapshot.backfillListLoads, ['t', loaded]]) });
      assert.equal(rows.size, 7);
      assert.equal(prune(snapshot), 5);
    });

    it('forgets all rows of a removed connection', () => {
      servers.setServers([]);
      rows.getChildren(undefined);
      rows.prune();
      assert.equal(rows.size, 0);
    });
  });
});
