import assert from 'node:assert/strict';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { ServerRegistry } from '../../../src/servers/ServerRegistry.ts';
import { emptySnapshot, type Snapshot } from '../../../src/servers/Snapshot.ts';
import type { TreeNode } from '../../../src/tree/TreeNode.ts';
import { TreeNodeCache } from '../../../src/tree/TreeNodeCache.ts';
import { apiWith, backfill, connectionTo, now, serversOf, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

const connectionId = 'http://localhost:7376';
const sinkNode: TreeNode = { kind: 'sink', connectionId, sinkId: 's' };
const backfillNode: TreeNode = { kind: 'backfill', connectionId, sinkId: 's', backfillId: 'b' };
const connectionNode: TreeNode = { kind: 'connection', connectionId };
const sinkStatusNode: TreeNode = { kind: 'message', connectionId, sinkId: 's', message: { kind: 'loading' } };
const rootStatusNode: TreeNode = {
  kind: 'message',
  connectionId,
  sinkId: undefined,
  message: { kind: 'empty' },
};
const all = [connectionNode, sinkNode, backfillNode, sinkStatusNode, rootStatusNode];

const full: Snapshot = {
  ...emptySnapshot,
  sinks: new Map([['s', sink({ id: 's' })]]),
  backfills: new Map([['s', new Map([['b', backfill({ id: 'b', sinkId: 's' })]])]]),
};

describe('TreeNodeCache', () => {
  let cache: TreeNodeCache;
  let servers: ServerRegistry;

  beforeEach(() => {
    cache = new TreeNodeCache();
    servers = new ServerRegistry();
    for (const node of all) {
      cache.intern({ ...node });
    }
  });
  afterEach(() => {
    servers.dispose();
  });

  function connect(snapshot: Snapshot): void {
    const connection = connectionTo(connectionId);
    const clock = new TestClock(now);
    servers.setServers(
      serversOf(new ServerMonitor({ connection, api: apiWith({}), clock, intervalMs: () => 0, snapshot })),
    );
  }

  const isCached = (node: TreeNode): boolean => {
    const copy = { ...node };
    return cache.intern(copy) !== copy;
  };

  it('returns the same object for equal nodes', () => {
    assert.equal(cache.size, all.length);
    for (const node of all) {
      assert.equal(cache.intern({ ...node }), cache.intern({ ...node }));
    }
    assert.equal(cache.size, all.length);
  });

  it('keeps the nodes that exist and are shown', () => {
    connect(full);
    cache.prune(servers, () => true);
    assert.ok(all.every(isCached));
  });

  it('removes status rows that are no longer shown', () => {
    connect(full);
    cache.prune(servers, (node) => node.sinkId === undefined);
    assert.deepEqual(all.map(isCached), [true, true, true, false, true]);
  });

  it('removes a backfill that no longer exists', () => {
    connect({ ...full, backfills: new Map() });
    cache.prune(servers, () => true);
    assert.deepEqual(all.map(isCached), [true, true, false, true, true]);
  });

  it('removes a sink that no longer exists, and the rows below it', () => {
    connect(emptySnapshot);
    cache.prune(servers, () => true);
    assert.deepEqual(all.map(isCached), [true, false, false, false, true]);
  });

  it('keeps only the connection and its status after a sign-out', () => {
    servers.setServers([
      { state: { kind: 'signedOut', connection: connectionTo(connectionId) }, monitor: undefined },
    ]);
    cache.prune(servers, () => true);
    assert.deepEqual(all.map(isCached), [true, false, false, false, true]);
  });

  it('removes all nodes of a removed connection', () => {
    cache.prune(servers, () => true);
    assert.equal(cache.size, 0);
  });
});
