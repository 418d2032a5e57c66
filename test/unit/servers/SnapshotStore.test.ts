import assert from 'node:assert/strict';
import type { SinkListing, SinkWithBackfills } from '../../../src/api/SequinApi.ts';
import type { Backfill } from '../../../src/model/Backfill.ts';
import type { Failure } from '../../../src/model/failure.ts';
import {
  findBackfill,
  getWriteKey,
  type PendingWrite,
  type SnapshotChange,
} from '../../../src/servers/Snapshot.ts';
import { SnapshotStore } from '../../../src/servers/SnapshotStore.ts';
import type { OrderedOutcome } from '../../../src/servers/WriteSender.ts';
import { backfill, now, sink } from '../samples.ts';

const sinkResponse = (id: string, ...unfinishedBackfills: Backfill[]): SinkWithBackfills => ({
  sink: sink({ id }),
  unfinishedBackfills,
});
const listing = (items: readonly SinkWithBackfills[], serverTime?: number): SinkListing => ({
  items,
  skipped: 0,
  serverTime,
});
const backfillOf = (sinkId: string, id: string, overrides = {}) => backfill({ sinkId, id, ...overrides });

const done = (written: Backfill, order: number): OrderedOutcome<Backfill> => ({
  outcome: { kind: 'done', written },
  order,
});
const failed = (
  failure: Failure,
  current: Backfill | undefined,
  order: number,
): OrderedOutcome<Backfill> => ({
  outcome: { kind: 'failed', failure, current },
  order,
});

/** Ends a write to a backfill with a response that arrives at the local time `at`. */
function endWrite(store: SnapshotStore, written: Backfill, at: number, order = store.startRequest()): void {
  const { sinkId, id: backfillId } = written;
  store.endWrite({ kind: 'change', change: 'pause', sinkId, backfillId }, at, done(written, order));
}

describe('SnapshotStore', () => {
  let store: SnapshotStore;
  let changes: SnapshotChange[];

  beforeEach(() => {
    store = new SnapshotStore();
    changes = [];
    store.applySinks(listing([sinkResponse('a', backfillOf('a', 'a1')), sinkResponse('b')]), now);
    store.onDidChange((change) => changes.push(change));
  });

  const getLastChange = () => {
    const { changedSinkIds, changedBackfillIds, sinkListChanged } =
      changes.at(-1) ?? assert.fail('nothing changed');
    return { sinks: [...changedSinkIds], backfills: [...changedBackfillIds], sinkListChanged };
  };

  it('keeps the identity of all values when a response repeats the known data', () => {
    const before = store.snapshot;
    store.applySinks(listing([sinkResponse('b'), sinkResponse('a', backfillOf('a', 'a1'))]), now + 1);
    assert.deepEqual(getLastChange(), { sinks: [], backfills: [], sinkListChanged: false });
    assert.equal(store.snapshot.sinks.get('a'), before.sinks.get('a'));
    assert.equal(store.snapshot.backfills.get('a'), before.backfills.get('a'));
  });

  it('reports progress of a backfill as a change of only the backfill and its sink', () => {
    store.applySinks(
      listing([sinkResponse('a', backfillOf('a', 'a1', { rowsProcessed: 95_000 })), sinkResponse('b')]),
      now,
    );
    assert.deepEqual(getLastChange(), { sinks: ['a'], backfills: ['a1'], sinkListChanged: false });
  });

  it('keeps the number of unreadable sinks and backfills in the snapshot until a response contains none', () => {
    const getSkipped = () => [
      store.snapshot.sinksLoad.skipped,
      store.snapshot.backfillListLoads.get('a')?.skipped,
    ];
    const partlyRead = { ...sinkResponse('a'), skippedBackfills: 2 };
    store.applySinks({ ...listing([partlyRead, sinkResponse('b')]), skipped: 1 }, now);
    store.applyBackfillList('a', [], now, store.startRequest(), 3);
    assert.deepEqual(getSkipped(), [
      { sinks: 1, backfills: 2 },
      { sinks: 0, backfills: 3 },
    ]);
    store.applySinks(listing([sinkResponse('a'), sinkResponse('b')]), now);
    store.applyBackfillList('a', [], now);
    assert.deepEqual(getSkipped(), [undefined, undefined]);
  });

  it('adds sinks, and removes sinks with their backfills, even if the number of sinks stays the same', () => {
    store.applySinks(listing([sinkResponse('b'), sinkResponse('c')]), now);
    assert.deepEqual(getLastChange(), { sinks: ['c', 'a'], backfills: ['a1'], sinkListChanged: true });
    assert.equal(findBackfill(store.snapshot, 'a', 'a1'), undefined);
  });

  it('returns a backfill that is no longer listed, and keeps the backfill until its final state is known', () => {
    const unlistedBackfills = store.applySinks(listing([sinkResponse('a'), sinkResponse('b')]), now);
    assert.deepEqual(
      unlistedBackfills.map(({ id }) => id),
      ['a1'],
    );
    assert.equal(findBackfill(store.snapshot, 'a', 'a1')?.state, 'active');
    store.applyBackfill(backfillOf('a', 'a1', { state: 'completed', completedAt: now, updatedAt: now }), now);
    assert.deepEqual(store.applySinks(listing([sinkResponse('a'), sinkResponse('b')]), now), []);
  });

  it('orders responses by when they were requested, not by the server’s clock', () => {
    const clockAhead = now + 600_000;
    store.applyBackfill(backfillOf('a', 'a1', { updatedAt: clockAhead }), now);
    const earlier = store.startRequest();
    store.applyBackfill(backfillOf('a', 'a1', { state: 'completed', completedAt: now, updatedAt: now }), now);
    assert.equal(findBackfill(store.snapshot, 'a', 'a1')?.state, 'completed');
    const late = backfillOf('a', 'a1', { updatedAt: clockAhead });
    store.applyBackfill(late, now, earlier);
    store.applySinks(listing([sinkResponse('a', late), sinkResponse('b')]), now, earlier);
    store.applyBackfillList('a', [late], now, earlier);
    assert.equal(findBackfill(store.snapshot, 'a', 'a1')?.state, 'completed');
  });

  it('accepts responses after the local clock was set back', () => {
    store.applyBackfill(backfillOf('a', 'a1', { rowsProcessed: 95_000 }), now);
    store.applyBackfill(backfillOf('a', 'a1', { rowsProcessed: 96_000 }), now - 3600_000);
    assert.equal(findBackfill(store.snapshot, 'a', 'a1')?.rowsProcessed, 96_000);
  });

  it('remembers when the latest data of each unfinished backfill arrived', () => {
    store.applyBackfill(backfillOf('a', 'a1'), now + 5_000);
    assert.deepEqual([...store.snapshot.receiptTimes], [['a1', now + 5_000]]);
    store.applyBackfill(backfillOf('a', 'a1', { state: 'completed', completedAt: now }), now + 6_000);
    assert.deepEqual([...store.snapshot.receiptTimes], []);
  });

  it('replaces all backfills of a sink with those in its backfill list', () => {
    store.applyBackfillList('a', [backfillOf('a', 'a0', { state: 'completed' })], now);
    assert.deepEqual([...(store.snapshot.backfills.get('a')?.keys() ?? [])], ['a0']);
    assert.deepEqual(getLastChange(), { sinks: ['a'], backfills: ['a1', 'a0'], sinkListChanged: false });
  });

  it('removes a backfill that is missing from the backfill list of its sink, but does not report it as deleted', () => {
    store.applyBackfillList('a', [], now);
    assert.equal(findBackfill(store.snapshot, 'a', 'a1'), undefined);
    assert.deepEqual(store.snapshot.unreportedEnds, []);
  });

  it('keeps the sinks after a failed load', () => {
    store.setSinksLoad({ loading: false, failure: { kind: 'cancelled' } });
    assert.equal(store.snapshot.sinks.size, 2);
    assert.equal(store.snapshot.sinksLoad.loadedAt, now);
  });

  describe('removal of a sink', () => {
    beforeEach(() => {
      store.applySinks(
        listing([sinkResponse('a', backfillOf('a', 'a1')), sinkResponse('b', backfillOf('b', 'b1'))]),
        now,
      );
      store.applyBackfillList(
        'a',
        [backfillOf('a', 'a1'), backfillOf('a', 'a0', { state: 'completed' })],
        now,
      );
      store.applyBackfillList('b', [backfillOf('b', 'b1')], now);
      changes.length = 0;
    });

    it('removes its backfills, load state and progress, and leaves other sinks unchanged', () => {
      const before = store.snapshot;
      store.removeSink('a');
      assert.deepEqual(getLastChange(), { sinks: ['a'], backfills: ['a1', 'a0'], sinkListChanged: true });
      const { sinks, backfills, backfillListLoads, progressTracks, sinksLoad } = store.snapshot;
      for (const map of [sinks, backfills, backfillListLoads]) {
        assert.deepEqual([...map.keys()], ['b']);
      }
      assert.deepEqual([...progressTracks.keys()], ['b1']);
      assert.equal(sinksLoad, before.sinksLoad);
      for (const key of ['sinks', 'backfills', 'backfillListLoads'] as const) {
        assert.equal(store.snapshot[key].get('b'), before[key].get('b'));
      }
    });

    it('reports the unfinished backfills of the sink as deleted', () => {
      store.removeSink('a');
      assert.deepEqual(
        store.snapshot.unreportedEnds.map(({ kind, backfill: { id } }) => [kind, id]),
        [['deleted', 'a1']],
      );
    });

    it('reports no change if the sink was already removed or was never known', () => {
      store.removeSink('a');
      const { snapshot } = store;
      store.removeSink('a');
      store.removeSink('never');
      assert.equal(changes.length, 1);
      assert.equal(store.snapshot, snapshot);
    });

    const removals: [string, () => void][] = [
      [
        'a write',
        () => {
          store.removeSink('a');
        },
      ],
      ['a list of sinks', () => store.applySinks(listing([sinkResponse('b')]), now)],
    ];
    for (const [source, remove] of removals) {
      it(`by ${source} is not undone by a read that was requested before the removal`, () => {
        const before = store.startRequest();
        remove();
        store.applyBackfill(backfillOf('a', 'a1'), now, before);
        store.applyBackfillList('a', [backfillOf('a', 'a1')], now, before);
        assert.equal(findBackfill(store.snapshot, 'a', 'a1'), undefined);
        store.applySinks(listing([sinkResponse('b')]), now);
        assert.equal(store.snapshot.unreportedEnds.length, 1);
      });
    }

    it('is undone by a list that contains the sink again', () => {
      store.removeSink('a');
      store.applySinks(
        listing([sinkResponse('a', backfillOf('a', 'a1')), sinkResponse('b', backfillOf('b', 'b1'))]),
        now,
      );
      assert.deepEqual(getLastChange(), { sinks: ['a'], backfills: ['a1'], sinkListChanged: true });
    });
  });

  describe('pending writes', () => {
    const pause = {
      kind: 'change',
      change: 'pause',
      sinkId: 'a',
      backfillId: 'a1',
    } as const;
    const create = { kind: 'create', sinkId: 'a', table: 'public.orders' } as const;

    it('mark the backfill and its sink as changed at their beginning, at their end, and when the next write is possible', () => {
      const before = store.snapshot;
      const expected = { sinks: ['a'], backfills: ['a1'], sinkListChanged: false };
      store.beginWrite(pause);
      assert.deepEqual(getLastChange(), expected);
      assert.deepEqual([...store.snapshot.pendingWrites], [['a1', pause]]);
      store.endWrite(pause, now);
      assert.deepEqual(getLastChange(), expected);
      assert.deepEqual(store.snapshot, { ...before, blockedWriteKeys: new Set(['a1']) });
      store.unblockWrite(pause);
      assert.deepEqual(getLastChange(), expected);
      assert.deepEqual(store.snapshot, before);
      assert.equal(changes.length, 3);
    });

    it('end in the event that applies the response', () => {
      store.beginWrite(pause);
      const paused = backfillOf('a', 'a1', { state: 'paused', updatedAt: now });
      const seen: unknown[] = [];
      store.onDidChange(() =>
        seen.push([store.snapshot.pendingWrites.size, findBackfill(store.snapshot, 'a', 'a1')?.state]),
      );
      store.endWrite(pause, now, done(paused, store.startRequest()));
      assert.deepEqual(seen, [[0, 'paused']]);
    });

    it('end in the event that applies the state that was read after a failure', () => {
      store.beginWrite(pause);
      const completed = backfillOf('a', 'a1', { state: 'completed', updatedAt: now });
      store.endWrite(
        pause,
        now,
        failed(
          { kind: 'conflict', reason: 'transition', serverMessages: [] },
          completed,
          store.startRequest(),
        ),
      );
      assert.equal(findBackfill(store.snapshot, 'a', 'a1'), completed);
      assert.equal(changes.length, 2);
    });

    it('end in the event that removes a missing backfill or sink', () => {
      store.beginWrite(pause);
      store.endWrite(
        pause,
        now,
        failed({ kind: 'notFound', resource: 'backfill' }, undefined, store.startRequest()),
      );
      assert.equal(findBackfill(store.snapshot, 'a', 'a1'), undefined);
      assert.equal(changes.length, 2);
      store.beginWrite(create);
      store.removeSink('a');
      assert.equal(store.snapshot.pendingWrites.size, 0);
      assert.equal(changes.length, 4);
    });

    it('mark only the sink as changed while a backfill is being created', () => {
      store.beginWrite(create);
      assert.deepEqual(getLastChange(), { sinks: ['a'], backfills: [], sinkListChanged: false });
      store.endWrite(create, now);
      assert.deepEqual(getLastChange(), { sinks: ['a'], backfills: [], sinkListChanged: false });
      assert.equal(store.snapshot.pendingWrites.size, 0);
    });

    it('leave the rest of the snapshot unchanged', () => {
      const before = store.snapshot;
      store.beginWrite(pause);
      const { pendingWrites, blockedWriteKeys } = before;
      assert.deepEqual({ ...store.snapshot, pendingWrites, blockedWriteKeys }, before);
      assert.equal(before.pendingWrites.size, 0);
      assert.ok(changes.every(({ connectionChanged }) => !connectionChanged));
    });

    it('are limited to one per backfill and one per table of a sink', () => {
      const writes: readonly PendingWrite[] = [
        pause,
        { ...pause, backfillId: 'a2' },
        create,
        { ...create, table: 'public.items' },
        { ...create, sinkId: 'b' },
      ];
      writes.forEach((write) => {
        store.beginWrite(write);
      });
      store.beginWrite({ ...pause, change: 'cancel' });
      assert.equal(store.snapshot.pendingWrites.size, writes.length);
      store.endWrite(create, now);
      assert.deepEqual(
        [...store.snapshot.pendingWrites.keys()],
        writes.filter((write) => write !== create).map((write) => getWriteKey(write)),
      );
    });

    it('prevent a report of a cancellation that the user requested, whichever response contains the cancelled backfill', () => {
      const cancelled = backfillOf('a', 'a1', { state: 'cancelled', canceledAt: now, updatedAt: now });
      const sources: readonly (() => void)[] = [
        () => {
          store.endWrite({ ...pause, change: 'cancel' }, now, done(cancelled, store.startRequest()));
        },
        () => {
          store.applyBackfill(cancelled, now);
        },
        () => {
          store.applyBackfillList('a', [cancelled], now);
        },
      ];
      for (const applyCancelled of sources) {
        store = new SnapshotStore();
        store.applySinks(listing([sinkResponse('a', backfillOf('a', 'a1'))]), now);
        store.onDidChange((change) => changes.push(change));
        store.beginWrite({ ...pause, change: 'cancel' });
        applyCancelled();
        assert.deepEqual(store.snapshot.unreportedEnds, [], 'the user knows about the cancellation');
      }
    });

    it('prevent no reports of other ends', () => {
      const ends: readonly (readonly [PendingWrite | undefined, state: string])[] = [
        [undefined, 'cancelled'],
        [pause, 'cancelled'],
        [{ ...pause, change: 'cancel' }, 'completed'],
        [{ ...pause, change: 'cancel' }, 'failed'],
        [{ ...pause, change: 'cancel', backfillId: 'a2' }, 'cancelled'],
        [create, 'cancelled'],
      ];
      for (const [write, state] of ends) {
        store = new SnapshotStore();
        store.applySinks(listing([sinkResponse('a', backfillOf('a', 'a1'))]), now);
        store.onDidChange((change) => changes.push(change));
        if (write !== undefined) {
          store.beginWrite(write);
        }
        store.applyBackfill(backfillOf('a', 'a1', { state, updatedAt: now }), now);
        assert.deepEqual(
          store.snapshot.unreportedEnds.map(({ kind, backfill: { id } }) => [kind, id]),
          [['finished', 'a1']],
        );
      }
    });
  });

  describe('the response to a write', () => {
    /** The local time at which the response arrives. No time in the response is later. */
    const at = now + 1_000;
    const paused = backfillOf('a', 'a1', { state: 'paused', updatedAt: now - 2_000 });
    const active = backfillOf('a', 'a1', { updatedAt: now - 2_000 });
    const getState = (id = 'a1') => findBackfill(store.snapshot, 'a', id)?.state;
    /** The order of a request that was sent before the first write of a test. */
    let earlierOrder: number;

    beforeEach(() => {
      earlierOrder = store.startRequest();
    });

    /** Names of responses to reads, and functions that apply such a response with the active backfill. */
    const sources: readonly (readonly [string, (order: number) => unknown])[] = [
      ['a list of sinks', (order) => store.applySinks(listing([sinkResponse('a', active)]), at + 500, order)],
      [
        'a backfill list',
        (order) => {
          store.applyBackfillList('a', [active], at + 500, order);
        },
      ],
      [
        'a backfill',
        (order) => {
          store.applyBackfill(active, at + 500, order);
        },
      ],
    ];
    for (const [name, apply] of sources) {
      it(`takes precedence over ${name} requested before the write, but not over one requested after it`, () => {
        endWrite(store, paused, at);
        apply(earlierOrder);
        assert.equal(getState(), 'paused');
        apply(store.startRequest());
        assert.equal(getState(), 'active');
      });
    }

    it('adds a new backfill, and only lists of sinks that were requested after the write report it as missing', () => {
      endWrite(store, backfillOf('a', 'new', { insertedAt: at, updatedAt: at }), at);
      assert.deepEqual(getLastChange(), { sinks: ['a'], backfills: ['new'], sinkListChanged: false });
      for (const [order, ids] of [
        [earlierOrder, []],
        [store.startRequest(), ['new']],
      ] as const) {
        const unlisted = store.applySinks(listing([sinkResponse('a', active)]), at + 500, order);
        assert.deepEqual(
          unlisted.map(({ id }) => id),
          ids,
        );
      }
    });

    it('adds a new backfill, and only backfill lists that were requested after the write can remove it', () => {
      endWrite(store, backfillOf('a', 'new', { insertedAt: at, updatedAt: at }), at);
      store.applyBackfillList('a', [active], at + 500, earlierOrder);
      assert.equal(getState('new'), 'active');
      store.applyBackfillList('a', [active], at + 500, store.startRequest());
      assert.equal(getState('new'), undefined);
    });

    it('doesn’t prevent responses to earlier requests from updating other backfills', () => {
      store.applySinks(listing([sinkResponse('a', backfillOf('a', 'a1'), backfillOf('a', 'a2'))]), now);
      const between = store.startRequest();
      endWrite(store, paused, at);
      const moved = backfillOf('a', 'a2', { rowsProcessed: 95_000 });
      store.applySinks(listing([sinkResponse('a', active, moved)]), at + 500, between);
      assert.equal(getState(), 'paused');
      assert.equal(findBackfill(store.snapshot, 'a', 'a2')?.rowsProcessed, 95_000);
    });

    it('changes nothing if the backfill is already known to have finished', () => {
      store.applyBackfill(backfillOf('a', 'a1', { state: 'completed', updatedAt: now }), now);
      const before = store.snapshot;
      endWrite(store, paused, at);
      assert.equal(getState(), 'completed');
      assert.equal(store.snapshot.backfills.get('a'), before.backfills.get('a'));
      assert.deepEqual(store.snapshot.progressHistories, before.progressHistories);
    });

    it('takes precedence over a read that was requested later but arrived earlier', () => {
      const order = store.startRequest();
      store.applyBackfill(active, now);
      endWrite(store, paused, at, order);
      assert.equal(getState(), 'paused');
    });

    it('takes precedence over reads requested before the latest of several writes', () => {
      endWrite(store, paused, at);
      const between = store.startRequest();
      endWrite(store, active, at + 1_000);
      store.applyBackfill(paused, at + 1_500, between);
      assert.equal(getState(), 'active');
    });
  });
});

describe('the clock correction of SnapshotStore', () => {
  const second = 1_000;
  const moved = (rowsProcessed: number, updatedAt: number) =>
    listing([sinkResponse('a', backfillOf('a', 'a1', { rowsProcessed, updatedAt }))]);
  let store: SnapshotStore;

  beforeEach(() => {
    store = new SnapshotStore();
    store.applySinks(moved(90_000, now - 100 * second), now);
  });

  it('ignores rows that the server processed after it had read the data of a slow list', () => {
    store.applySinks(
      moved(90_000, now - 100 * second),
      now + 80 * second,
      store.startRequest(),
      now + 60 * second,
    );
    // The server processed these rows after it had read the data of the slow list, but before the list arrived.
    store.applySinks(
      moved(95_000, now + 65 * second),
      now + 120 * second,
      store.startRequest(),
      now + 119 * second,
    );
    assert.equal(store.snapshot.clockSkewMs, 0);
  });

  it('ignores the rows of a list that was requested before the known progress', () => {
    const order = store.startRequest();
    store.applyBackfill(
      backfillOf('a', 'a1', { rowsProcessed: 95_000, updatedAt: now + 65 * second }),
      now + 66 * second,
    );
    store.applySinks(moved(90_000, now - 100 * second), now + 80 * second, order, now + 60 * second);
    assert.equal(store.snapshot.clockSkewMs, 0);
  });

  const failing = { name: 'Message delivery', status: 'error', error: null };
  const withHealth = (id: string, ...checks: (typeof failing)[]) => ({
    sink: sink({ id, health: { status: 'healthy', checks } }),
    unfinishedBackfills: [],
  });

  it('keeps the times at which deliveries began to fail when the server’s clock is set forward', () => {
    store = new SnapshotStore();
    const failingSink = withHealth('failing', failing);
    store.applySinks(listing([...moved(0, now).items, failingSink], now), now);
    store.applySinks(
      listing([...moved(1_000, now + 60 * second).items, failingSink], now + 60 * second),
      now + 10 * second,
    );
    assert.ok(store.snapshot.clockSkewMs > 0);
    assert.deepEqual(store.snapshot.deliveryFailures.get('failing'), [
      { since: now, notBefore: null, until: null },
    ]);
  });

  describe('after a gateway’s clock turned out to be 5 minutes ahead', () => {
    it('corrects the times at which deliveries began to fail', () => {
      store = new SnapshotStore();
      const before = [withHealth('failing', failing), withHealth('healthy')];
      store.applySinks(listing([...moved(0, now).items, ...before], now + 300 * second), now);
      const after = [withHealth('failing', failing), withHealth('healthy', failing)];
      const { items } = moved(1_000, now - second);
      store.applySinks(listing([...items, ...after], now + 310 * second), now + 10 * second);
      assert.deepEqual(Object.fromEntries(store.snapshot.deliveryFailures), {
        failing: [{ since: now, notBefore: null, until: null }],
        healthy: [{ since: now + 10 * second, notBefore: now, until: null }],
      });
    });

    it('keeps the time of a backfill’s end as the server reports it', () => {
      store = new SnapshotStore();
      store.applySinks(
        listing([sinkResponse('a', backfillOf('a', 'a1'), backfillOf('a', 'a2'))], now + 300 * second),
        now,
      );
      const times = { updatedAt: now, completedAt: now };
      store.applyBackfill(backfillOf('a', 'a2', { state: 'completed', ...times }), now + 5 * second);
      const history = store.snapshot.progressHistories.get('a2');
      assert.equal(history?.events.at(-1)?.kind, 'finished');
      store.applySinks(moved(95_000, now - second), now + 10 * second);
      assert.equal(store.snapshot.clockSkewMs, 0);
      assert.deepEqual(store.snapshot.progressHistories.get('a2'), history);
    });
  });
});

describe('progress histories of SnapshotStore', () => {
  let store: SnapshotStore;
  const getEventKinds = (id: string) =>
    store.snapshot.progressHistories.get(id)?.events.map(({ kind }) => kind);
  const finished = (id: string, at: number) =>
    backfillOf('a', id, { state: 'completed', rowsProcessed: 200_000, updatedAt: at, completedAt: at });

  beforeEach(() => {
    store = new SnapshotStore();
    store.applySinks(
      listing([sinkResponse('a', backfillOf('a', 'a1')), sinkResponse('b', backfillOf('b', 'b1'))]),
      now,
    );
  });

  it('exist for each unfinished backfill, and keep their identity if there is no new data', () => {
    const { progressHistories } = store.snapshot;
    assert.deepEqual([...progressHistories.keys()], ['a1', 'b1']);
    store.applySinks(
      listing([sinkResponse('b', backfillOf('b', 'b1')), sinkResponse('a', backfillOf('a', 'a1'))]),
      now + 2_000,
    );
    assert.equal(store.snapshot.progressHistories, progressHistories);
    store.applyBackfill(backfillOf('a', 'a1', { rowsProcessed: 95_000, updatedAt: now }), now + 3_000);
    assert.notEqual(store.snapshot.progressHistories.get('a1'), progressHistories.get('a1'));
    assert.equal(store.snapshot.progressHistories.get('b1'), progressHistories.get('b1'));
  });

  it('record responses to writes', () => {
    endWrite(store, backfillOf('a', 'a1', { state: 'paused', updatedAt: now + 1_000 }), now + 1_500);
    assert.deepEqual(getEventKinds('a1'), ['created', 'firstRows', 'counted', 'paused']);
  });

  it('use the server’s time', () => {
    store = new SnapshotStore();
    const unfinished = backfillOf('a', 'a1', {
      insertedAt: now + 3_590_000,
      updatedAt: now + 3_590_000,
      rowsProcessed: 0,
    });
    store.applySinks(listing([sinkResponse('a', unfinished)], now + 3600_000), now);
    assert.equal(store.snapshot.progressHistories.get('a1')?.observedAt, now + 3600_000);
  });

  it('keep their samples when progress arrives after the local clock was set back', () => {
    const progress = (rowsProcessed: number, updatedAt: number) =>
      backfillOf('a', 'a1', { rowsProcessed, updatedAt });
    const list = (rows: number, at: number) =>
      listing([sinkResponse('a', progress(rows, at)), sinkResponse('b', backfillOf('b', 'b1'))], at);
    store.applySinks(list(95_000, now + 10_000), now + 10_000);
    store.applySinks(list(96_000, now + 20_000), now + 20_000);
    store.applyBackfill(progress(97_000, now + 25_000), now + 25_000 - 3600_000);
    store.applySinks(list(98_000, now + 30_000), now + 30_000 - 3600_000);
    const rows = store.snapshot.progressHistories.get('a1')?.samples.map((sample) => sample.rows);
    assert.deepEqual(rows, [0, 94_000, 95_000, 96_000, 97_000, 98_000]);
  });

  it('record the end of a monitored backfill, but not of backfills that had finished earlier', () => {
    const earlier = Array.from({ length: 300 }, (_, index) => finished(`earlier-${index}`, now - 3600_000));
    store.applyBackfillList('a', [finished('a1', now + 2_000), ...earlier], now + 2_000);
    store.applyBackfillList('a', [finished('a1', now + 2_000), ...earlier], now + 9_000);
    assert.deepEqual([...store.snapshot.progressHistories.keys()], ['a1', 'b1']);
    assert.deepEqual(getEventKinds('a1'), ['created', 'firstRows', 'counted', 'finished']);
    assert.deepEqual(store.snapshot.progressHistories.get('a1')?.samples.at(-1), {
      at: now + 2_000,
      rows: 200_000,
    });
  });

  it('are kept for all unfinished backfills and for the 50 that finished last', () => {
    const unfinished = Array.from({ length: 60 }, (_, index) => backfillOf('a', `run-${index}`));
    store.applyBackfillList('a', [backfillOf('a', 'a1'), ...unfinished], now);
    unfinished.forEach(({ id }, index) => {
      store.applyBackfill(finished(id, now + index * 1_000), now + index * 1_000);
    });
    const kept = unfinished.map(({ id }) => id).filter((id) => store.snapshot.progressHistories.has(id));
    assert.deepEqual([kept.length, kept[0]], [50, 'run-10']);
    assert.ok(store.snapshot.progressHistories.has('a1') && store.snapshot.progressHistories.has('b1'));
  });

  it('are removed with their backfill or sink', () => {
    store.applyBackfill(finished('a1', now), now);
    store.removeBackfill('a', 'a1', now);
    assert.deepEqual([...store.snapshot.progressHistories.keys()], ['b1']);
    store.removeSink('b');
    assert.equal(store.snapshot.progressHistories.size, 0);
    store.applySinks(
      listing([sinkResponse('a', backfillOf('a', 'a2')), sinkResponse('b', backfillOf('b', 'b2'))]),
      now,
    );
    store.applySinks(listing([sinkResponse('b', backfillOf('b', 'b2'))]), now);
    assert.deepEqual([...store.snapshot.progressHistories.keys()], ['b2']);
    store.applyBackfillList('b', [], now);
    assert.equal(store.snapshot.progressHistories.size, 0);
  });
});
