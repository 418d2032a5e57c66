import assert from 'node:assert/strict';
import { findAlerts, type StalledBackfill } from '../../../src/servers/alerts.ts';
import { emptySnapshot } from '../../../src/servers/Snapshot.ts';
import { SeenStalls } from '../../../src/statusBar/SeenStalls.ts';
import { MementoStub } from '../MementoStub.ts';
import { backfill, connectionTo, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
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
    seen = new SeenStalls(memento, clock);
    [stall = assert.fail()] = findAlerts(createServer('paused').snapshot, now, 0).stalled;
  });

  /** A server with one backfill, which is stalled if the sink is paused. Its list has just loaded. */
  function createServer(status: 'active' | 'paused', { fromCache = false, loadedAt = clock.now() } = {}) {
    const snapshot = {
      ...emptySnapshot,
      sinks: new Map([[sink().id, sink({ status })]]),
      sinksLoad: { loading: false, loadedAt, failure: undefined, ...(fromCache && { fromCache }) },
      backfills: new Map([[sink().id, new Map([[backfill().id, backfill()]])]]),
    };
    return { connection: connectionTo('http://localhost'), snapshot, serverNow: clock.now() };
  }

  it('remembers a stall once a view is visible, also in the next session', async () => {
    seen.update([createServer('paused')], hidden);
    assert.ok(!seen.has(id, stall));
    seen.update([createServer('paused')], visible);
    assert.ok(seen.has(id, stall));
    await clock.advance(minute);
    const later = new SeenStalls(memento, clock);
    later.update([createServer('paused')], hidden);
    assert.ok(later.has(id, stall));
  });

  it('remembers a seen stall whose start changes, such as a recurring one', () => {
    seen.update([createServer('paused')], visible);
    assert.ok(seen.has(id, { ...stall, stall: { ...stall.stall, idleSince: now } }));
  });

  for (const [visibility, view] of Object.entries({ visible, hidden })) {
    it(`forgets a stall that is over, so that the next one of the same backfill is new, while the view is ${visibility}`, async () => {
      seen.update([createServer('paused')], visible);
      await clock.advance(minute);
      seen.update([createServer('active')], view);
      await clock.advance(minute);
      seen.update([createServer('paused')], hidden);
      assert.ok(!seen.has(id, stall));
    });
  }

  it('remembers a stall of the last session until the server responds', async () => {
    seen.update([createServer('paused')], visible);
    await clock.advance(minute);
    const later = new SeenStalls(memento, clock);
    later.update([], hidden);
    later.update([createServer('active', { fromCache: true })], hidden);
    assert.ok(later.has(id, stall));
    later.update([createServer('active')], hidden);
    assert.ok(!later.has(id, stall));
  });

  it('still forgets a stall that was over while the view was hidden in the next session', async () => {
    seen.update([createServer('paused')], visible);
    await clock.advance(minute);
    seen.update([createServer('active')], hidden);
    await clock.advance(minute);
    seen.update([createServer('paused')], hidden);
    const later = new SeenStalls(memento, clock);
    later.update([createServer('paused')], hidden);
    assert.ok(!later.has(id, stall));
  });

  it('forgets a stall that is over after the clock was set back, also in the next session', async () => {
    seen.update([createServer('paused')], visible);
    const later = new SeenStalls(memento, clock);
    clock.setBack(60 * minute);
    later.update([createServer('active')], hidden);
    await clock.advance(minute);
    later.update([createServer('paused')], hidden);
    assert.ok(!later.has(id, stall));
    seen.update([createServer('active')], hidden);
    await clock.advance(minute);
    seen.update([createServer('paused')], hidden);
    assert.ok(!seen.has(id, stall));
  });

  it('deletes the stalls of a removed connection after 30 days', async () => {
    seen.update([createServer('paused')], visible);
    await clock.advance(29 * day);
    seen.update([], visible);
    assert.match(memento.content, /seenAt/);
    await clock.advance(day);
    seen.update([], visible);
    assert.doesNotMatch(memento.content, /seenAt/);
  });

  it('saves at most once in 10 s while nothing changes', async () => {
    let saveCount = 0;
    const countingMemento = {
      get: (key: string) => memento.get(key),
      update: (key: string, value: unknown) => {
        saveCount += 1;
        return memento.update(key, value);
      },
    };
    seen = new SeenStalls(countingMemento, clock);
    for (let second = 0; second < 60; second += 1) {
      seen.update([createServer('paused')], visible);
      await clock.advance(1_000);
    }
    assert.equal(saveCount, 6);
  });

  describe('in a second window', () => {
    let other: SeenStalls;

    beforeEach(() => {
      other = new SeenStalls(memento, clock);
    });

    it('knows what the user has seen in the first one', async () => {
      seen.update([createServer('paused')], visible);
      await clock.advance(minute);
      other.update([createServer('paused')], hidden);
      assert.ok(other.has(id, stall));
    });

    it('keeps what the user has seen in the first one, although it finds the next stall later in the background', async () => {
      other.update([createServer('paused')], hidden);
      await clock.advance(minute);
      other.update([createServer('active')], hidden);
      seen.update([createServer('paused')], visible);
      await clock.advance(minute);
      for (const status of ['active', 'paused', 'paused'] as const) {
        other.update([createServer(status)], hidden);
      }
      seen.update([createServer('paused')], hidden);
      assert.ok(seen.has(id, stall));
    });

    for (const [title, view, createServers] of [
      [
        'whose list is older while its view is visible',
        visible,
        () => [createServer('active', { loadedAt: now - minute })],
      ],
      ['whose view is visible before its servers have loaded', visible, () => []],
      ['whose list in the background shows no stall', hidden, () => [createServer('active')]],
    ] as const) {
      it(`keeps what the user has seen in the first one, with a window ${title}`, async () => {
        seen.update([createServer('paused')], visible);
        await clock.advance(1_000);
        other.update(createServers(), view);
        await clock.advance(minute);
        seen.update([createServer('paused')], hidden);
        assert.ok(seen.has(id, stall));
      });
    }

    it('forgets a stall that is over, until the user sees the next one in the first window', async () => {
      seen.update([createServer('paused')], visible);
      await clock.advance(minute);
      other.update([createServer('active')], hidden);
      await clock.advance(minute);
      other.update([createServer('paused')], hidden);
      assert.ok(!other.has(id, stall));
      seen.update([createServer('paused')], visible);
      other.update([createServer('paused')], hidden);
      assert.ok(other.has(id, stall));
    });
  });
});
