import assert from 'node:assert/strict';
import { findAlerts, type StalledBackfill } from '../../../src/servers/alerts.ts';
import { emptySnapshot } from '../../../src/servers/Snapshot.ts';
import { SeenStalls } from '../../../src/statusBar/SeenStalls.ts';
import { MementoStub } from '../MementoStub.ts';
import { backfill, connectionTo, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

const minute = 60_000;
const { id } = connectionTo('http://localhost');
const visible = { timestamp: Number.POSITIVE_INFINITY };
const hidden = { timestamp: now };

describe('SeenStalls', () => {
  let clock: TestClock;
  let memento: MementoStub;
  let seen: SeenStalls;
  let stall: StalledBackfill;

  beforeEach(() => {
    clock = new TestClock(now);
    memento = new MementoStub();
    seen = new SeenStalls(memento);
    [stall = assert.fail()] = findAlerts(createServer('paused').snapshot, now, 0).stalled;
  });

  /** Creates a server whose list of sinks has just loaded. Its only backfill is stalled if the sink is paused. */
  function createServer(status: 'active' | 'paused', { fromCache = false } = {}) {
    const snapshot = {
      ...emptySnapshot,
      sinks: new Map([[sink().id, sink({ status })]]),
      sinksLoad: {
        loading: false,
        loadedAt: clock.now(),
        failure: undefined,
        ...(fromCache && { fromCache }),
      },
      backfills: new Map([[sink().id, new Map([[backfill().id, backfill()]])]]),
    };
    return { connection: connectionTo('http://localhost'), snapshot, serverNow: clock.now() };
  }

  it('records a stall as seen when a view is visible, and restores it in the next session', async () => {
    seen.update([createServer('paused')], hidden);
    assert.ok(!seen.has(id, stall));
    seen.update([createServer('paused')], visible);
    assert.ok(seen.has(id, stall));
    await clock.advance(minute);
    const later = new SeenStalls(memento);
    later.update([createServer('paused')], hidden);
    assert.ok(later.has(id, stall));
  });

  it('still has a seen stall after the start of the stall has changed, as it does when the stall recurs', () => {
    seen.update([createServer('paused')], visible);
    assert.ok(seen.has(id, { ...stall, stall: { ...stall.stall, idleSince: now } }));
  });

  for (const [visibility, view] of Object.entries({ visible, hidden })) {
    it(`forgets a stall that ends while the view is ${visibility}, so the next stall of the same backfill is unseen`, async () => {
      seen.update([createServer('paused')], visible);
      await clock.advance(minute);
      seen.update([createServer('active')], view);
      await clock.advance(minute);
      seen.update([createServer('paused')], hidden);
      assert.ok(!seen.has(id, stall));
    });
  }

  it('remembers a stall of the last session until a response shows that it is over', async () => {
    seen.update([createServer('paused')], visible);
    await clock.advance(minute);
    const later = new SeenStalls(memento);
    later.update([], hidden);
    later.update([createServer('active', { fromCache: true })], hidden);
    assert.ok(later.has(id, stall));
    later.update([createServer('active')], hidden);
    assert.ok(!later.has(id, stall));
  });

  it('forgets a stall that ended while the view was hidden, so the next stall is unseen even in the next session', async () => {
    seen.update([createServer('paused')], visible);
    await clock.advance(minute);
    seen.update([createServer('active')], hidden);
    await clock.advance(minute);
    seen.update([createServer('paused')], hidden);
    const later = new SeenStalls(memento);
    later.update([createServer('paused')], hidden);
    assert.ok(!later.has(id, stall));
  });

  it('keeps a seen stall even if another window’s list of sinks shows that the stall is over', async () => {
    seen.update([createServer('paused')], visible);
    const other = new SeenStalls(memento);
    other.update([createServer('active')], hidden);
    await clock.advance(minute);
    seen.update([createServer('paused')], hidden);
    assert.ok(seen.has(id, stall));
  });

  it('keeps the saved stalls if a view is visible before any server has loaded', () => {
    seen.update([createServer('paused')], visible);
    const later = new SeenStalls(memento);
    later.update([], visible);
    later.update([createServer('paused')], hidden);
    assert.ok(later.has(id, stall));
  });

  it('saves only if the seen stalls have changed', () => {
    seen.update([createServer('paused')], visible);
    memento.update = () => assert.fail('saved again');
    seen.update([createServer('paused')], visible);
    seen.update([createServer('paused')], hidden);
  });
});
