import assert from 'node:assert/strict';
import { findAlerts } from '../../../src/servers/alerts.ts';
import { emptySnapshot } from '../../../src/servers/Snapshot.ts';
import { SeenStalls } from '../../../src/statusBar/SeenStalls.ts';
import { MementoStub } from '../MementoStub.ts';
import { backfill, connectionTo, now, sink } from '../samples.ts';

/** A server with one backfill, which is stalled if the sink is paused. */
function createServer(status: 'active' | 'paused', { fromCache = false } = {}) {
  const snapshot = {
    ...emptySnapshot,
    sinks: new Map([[sink().id, sink({ status })]]),
    sinksLoad: { loading: false, loadedAt: now, failure: undefined, ...(fromCache && { fromCache }) },
    backfills: new Map([[sink().id, new Map([[backfill().id, backfill()]])]]),
  };
  return { connection: connectionTo('http://localhost'), snapshot, serverNow: now };
}

describe('SeenStalls', () => {
  const stalled = createServer('paused');
  const running = createServer('active');
  const { id } = stalled.connection;
  const [stall = assert.fail()] = findAlerts(stalled.snapshot, now, 0).stalled;
  const visible = { timestamp: Number.POSITIVE_INFINITY };
  const hidden = { timestamp: now };
  let memento: MementoStub;
  let seen: SeenStalls;

  beforeEach(() => {
    memento = new MementoStub();
    seen = new SeenStalls(memento);
  });

  it('remembers a stall once a view is visible, also in the next session', () => {
    seen.update([stalled], hidden);
    assert.ok(!seen.has(id, stall));
    seen.update([stalled], visible);
    assert.ok(seen.has(id, stall));
    assert.ok(new SeenStalls(memento).has(id, stall));
  });

  it('remembers a seen stall whose start changes, such as a recurring one', () => {
    seen.update([stalled], visible);
    assert.ok(seen.has(id, { ...stall, stall: { ...stall.stall, idleSince: now } }));
  });

  it('forgets a stall that is over, so that the next one of the same backfill is new', () => {
    seen.update([stalled], visible);
    seen.update([running], hidden);
    seen.update([stalled], hidden);
    assert.ok(!seen.has(id, stall));
  });

  it('remembers a stall of the last session until the server responds', () => {
    seen.update([stalled], visible);
    seen.update([], hidden);
    seen.update([createServer('active', { fromCache: true })], hidden);
    assert.ok(seen.has(id, stall));
    seen.update([running], hidden);
    assert.ok(!seen.has(id, stall));
  });
});
