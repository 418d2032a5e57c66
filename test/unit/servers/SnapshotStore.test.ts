import assert from 'node:assert/strict';
import type { SinkWithBackfills, SinkListing } from '../../../src/api/SequinApi.ts';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { SnapshotStore } from '../../../src/servers/SnapshotStore.ts';
import {
  findBackfill,
  getWriteKey,
  type SnapshotChange,
  type PendingWrite,
} from '../../../src/servers/Snapshot.ts';
import { backfill, now, sink } from '../samples.ts';

const answer = (id: string, ...unfinishedBackfills: Backfill[]): SinkWithBackfills => ({
  sink: sink({ id }),
  unfinishedBackfills,
});
const listing = (items: readonly SinkWithBackfills[], serverTime?: number): SinkListing => ({
  items,
  skipped: 0,
  serverTime,
});
const of = (sinkId: string, id: string, different = {}) => backfill({ sinkId, id, ...different });

describe('the store of what is known of a server', () => {
  let store: SnapshotStore;
  let changes: SnapshotChange[];

  beforeEach(() => {
    store = new SnapshotStore();
    changes = [];
    store.applySinks(listing([answer('a', of('a', 'a1')), answer('b')]), now);
    store.onDidChange((change) => changes.push(change));
  });

  const lastChange = () => {
    const { changedSinkIds, changedBackfillIds, sinkListChanged } =
      changes.at(-1) ?? assert.fail('nothing changed');
    return { sinks: [...changedSinkIds], backfills: [...changedBackfillIds], membership: sinkListChanged };
  };

  it('the same answer again changes nothing, and keeps every value', () => {
    const before = store.snapshot;
    store.applySinks(listing([answer('b'), answer('a', of('a', 'a1'))]), now + 1);
    assert.deepEqual(lastChange(), { sinks: [], backfills: [], membership: false });
    assert.equal(store.snapshot.sinks.get('a'), before.sinks.get('a'));
    assert.equal(store.snapshot.backfills.get('a'), before.backfills.get('a'));
  });

  it('a backfill that moved changes itself and its sink, and nothing else', () => {
    store.applySinks(listing([answer('a', of('a', 'a1', { rowsProcessed: 95_000 })), answer('b')]), now);
    assert.deepEqual(lastChange(), { sinks: ['a'], backfills: ['a1'], membership: false });
  });

  it('sinks come and go, with their backfills', () => {
    store.applySinks(listing([answer('b'), answer('c')]), now);
    assert.deepEqual(lastChange(), { sinks: ['c', 'a'], backfills: ['a1'], membership: true });
    assert.equal(findBackfill(store.snapshot, 'a', 'a1'), undefined);
  });

  it('a sink in place of another is a change of membership though there are as many', () => {
    store.applySinks(listing([answer('b'), answer('c')]), now);
    assert.equal(lastChange().membership, true);
  });

  it('a backfill that left the list is named, and stays until its end is known', () => {
    const departed = store.applySinks(listing([answer('a'), answer('b')]), now);
    assert.deepEqual(
      departed.map(({ id }) => id),
      ['a1'],
    );
    assert.equal(findBackfill(store.snapshot, 'a', 'a1')?.state, 'active');
    store.applyBackfill(of('a', 'a1', { state: 'completed', completedAt: now, updatedAt: now }), now);
    assert.deepEqual(store.applySinks(listing([answer('a'), answer('b')]), now), []);
  });

  it('an answer that was overtaken does not turn a backfill back', () => {
    store.applyBackfill(of('a', 'a1', { state: 'paused', updatedAt: now }), now);
    store.applySinks(listing([answer('a', of('a', 'a1', { updatedAt: now - 2_000 })), answer('b')]), now);
    assert.equal(findBackfill(store.snapshot, 'a', 'a1')?.state, 'paused');
  });

  it('a history is the whole of what a sink had', () => {
    store.applyBackfillList('a', [of('a', 'a0', { state: 'completed' })], now);
    assert.deepEqual([...(store.snapshot.backfills.get('a')?.keys() ?? [])], ['a0']);
    assert.deepEqual(lastChange(), { sinks: ['a'], backfills: ['a1', 'a0'], membership: false });
  });

  it('what was known stays beside a failure', () => {
    store.setSinksLoad({ loading: false, failure: { kind: 'cancelled' } });
    assert.equal(store.snapshot.sinks.size, 2);
    assert.equal(store.snapshot.sinksLoad.loadedAt, now);
  });

  describe('a sink that is gone', () => {
    beforeEach(() => {
      store.applySinks(listing([answer('a', of('a', 'a1')), answer('b', of('b', 'b1'))]), now);
      store.applyBackfillList('a', [of('a', 'a1'), of('a', 'a0', { state: 'completed' })], now);
      store.applyBackfillList('b', [of('b', 'b1')], now);
      changes.length = 0;
    });

    it('goes with its backfills, its history and what was observed, and no other does', () => {
      const before = store.snapshot;
      store.removeSink('a');
      assert.deepEqual(lastChange(), { sinks: ['a'], backfills: ['a1', 'a0'], membership: true });
      const { sinks, backfills, backfillListLoads, progressTracks, sinksLoad } = store.snapshot;
      for (const bySink of [sinks, backfills, backfillListLoads]) {
        assert.deepEqual([...bySink.keys()], ['b']);
      }
      assert.deepEqual([...progressTracks.keys()], ['b1']);
      assert.equal(sinksLoad, before.sinksLoad);
      for (const what of ['sinks', 'backfills', 'backfillListLoads'] as const) {
        assert.equal(store.snapshot[what].get('b'), before[what].get('b'));
      }
    });

    it('has not ended its backfills', () => {
      store.removeSink('a');
      const { finishedBackfills, cancelledHereIds } = changes[0] ?? assert.fail();
      assert.deepEqual([finishedBackfills.length, cancelledHereIds.size], [0, 0]);
    });

    it('goes once', () => {
      store.removeSink('a');
      const { snapshot } = store;
      store.removeSink('a');
      store.removeSink('never');
      assert.equal(changes.length, 1);
      assert.equal(store.snapshot, snapshot);
    });

    it('is there again with the list that has it', () => {
      store.removeSink('a');
      store.applySinks(listing([answer('a', of('a', 'a1')), answer('b', of('b', 'b1'))]), now);
      assert.deepEqual(lastChange(), { sinks: ['a'], backfills: ['a1'], membership: true });
    });
  });

  describe('a write', () => {
    const pause: PendingWrite = {
      kind: 'change',
      change: 'pause',
      sinkId: 'a',
      backfillId: 'a1',
      settled: false,
    };
    const create: PendingWrite = { kind: 'create', sinkId: 'a', table: 'public.orders', settled: false };

    it('of a backfill changes it and its sink, as it begins, is answered and is over', () => {
      const before = store.snapshot;
      const row = { sinks: ['a'], backfills: ['a1'], membership: false };
      store.setPendingWrite(pause);
      assert.deepEqual(lastChange(), row);
      assert.deepEqual([...store.snapshot.pendingWrites], [['a1', pause]]);
      store.setPendingWrite({ ...pause, settled: true });
      assert.deepEqual(lastChange(), row);
      assert.deepEqual([...store.snapshot.pendingWrites], [['a1', { ...pause, settled: true }]]);
      store.removePendingWrite(pause);
      assert.deepEqual(lastChange(), row);
      assert.deepEqual(store.snapshot, before);
      assert.equal(changes.length, 3);
    });

    it('of a new backfill changes its sink', () => {
      store.setPendingWrite(create);
      assert.deepEqual(lastChange(), { sinks: ['a'], backfills: [], membership: false });
      store.removePendingWrite(create);
      assert.deepEqual(lastChange(), { sinks: ['a'], backfills: [], membership: false });
      assert.equal(store.snapshot.pendingWrites.size, 0);
    });

    it('changes nothing else', () => {
      const before = store.snapshot;
      store.setPendingWrite(pause);
      assert.deepEqual({ ...store.snapshot, pendingWrites: before.pendingWrites }, before);
      assert.equal(before.pendingWrites.size, 0);
      assert.ok(
        changes.every(
          ({ sinksLoadChanged, finishedBackfills }) => !sinksLoadChanged && finishedBackfills.length === 0,
        ),
      );
    });

    it('is one for each backfill, and for each table of each sink', () => {
      const writes: readonly PendingWrite[] = [
        pause,
        { ...pause, backfillId: 'a2' },
        create,
        { ...create, table: 'public.items' },
        { ...create, sinkId: 'b' },
      ];
      writes.forEach((write) => {
        store.setPendingWrite(write);
      });
      store.setPendingWrite({ ...pause, change: 'cancel' });
      assert.equal(store.snapshot.pendingWrites.size, writes.length);
      store.removePendingWrite(create);
      assert.deepEqual(
        [...store.snapshot.pendingWrites.keys()],
        writes.filter((write) => write !== create).map((write) => getWriteKey(write)),
      );
    });

    it('tells whose a cancel was, also where a list or a read tells of it', () => {
      const cancelled = of('a', 'a1', { state: 'cancelled', canceledAt: now, updatedAt: now });
      const ways: readonly (() => void)[] = [
        () => {
          store.applyWriteResult(cancelled, now);
        },
        () => {
          store.applyBackfill(cancelled, now);
        },
        () => {
          store.applyBackfillList('a', [cancelled], now);
        },
      ];
      for (const settled of [false, true]) {
        for (const tell of ways) {
          store = new SnapshotStore();
          store.applySinks(listing([answer('a', of('a', 'a1'))]), now);
          store.onDidChange((change) => changes.push(change));
          store.setPendingWrite({ ...pause, change: 'cancel', settled });
          tell();
          const { finishedBackfills, cancelledHereIds } = changes.at(-1) ?? assert.fail();
          assert.deepEqual([finishedBackfills.map(({ id }) => id), [...cancelledHereIds]], [['a1'], ['a1']]);
        }
      }
    });

    it('is not taken for the cause of what it does not lead to', () => {
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
        store.applySinks(listing([answer('a', of('a', 'a1'))]), now);
        store.onDidChange((change) => changes.push(change));
        if (write !== undefined) {
          store.setPendingWrite(write);
        }
        store.applyBackfill(of('a', 'a1', { state, updatedAt: now }), now);
        const { finishedBackfills, cancelledHereIds } = changes.at(-1) ?? assert.fail();
        assert.deepEqual([finishedBackfills.map(({ id }) => id), [...cancelledHereIds]], [['a1'], []]);
      }
    });
  });

  describe('the answer to a write', () => {
    /** Written at this time, and not later by the server's own clock: it cuts to whole seconds. */
    const at = now + 1_000;
    const paused = of('a', 'a1', { state: 'paused', updatedAt: now - 2_000 });
    const active = of('a', 'a1', { updatedAt: now - 2_000 });
    const state = (id = 'a1') => findBackfill(store.snapshot, 'a', id)?.state;
    const older = at - 1;

    /** Each way by which an answer about the backfill comes in. */
    const ways: readonly (readonly [string, (askedAt: number) => unknown])[] = [
      ['a list', (askedAt) => store.applySinks(listing([answer('a', active)]), at + 500, askedAt)],
      ['its sink', (askedAt) => store.applySink(answer('a', active), at + 500, askedAt)],
      [
        'a history',
        (askedAt) => {
          store.applyBackfillList('a', [active], at + 500, askedAt);
        },
      ],
      [
        'a read',
        (askedAt) => {
          store.applyBackfill(active, at + 500, askedAt);
        },
      ],
    ];
    for (const [name, answerOf] of ways) {
      it(`is not undone by ${name} that was asked for before, and is by one asked for after`, () => {
        store.applyWriteResult(paused, at);
        answerOf(older);
        assert.equal(state(), 'paused');
        answerOf(at);
        assert.equal(state(), 'active');
      });
    }

    it('tells of a new backfill, which a list that was asked for before does not end', () => {
      const started = of('a', 'new', { insertedAt: at, updatedAt: at });
      store.applyWriteResult(started, at);
      assert.deepEqual(lastChange(), { sinks: ['a'], backfills: ['new'], membership: false });
      for (const [askedAt, ids] of [
        [older, []],
        [at, ['new']],
      ] as const) {
        const departedOf = (those: readonly { id: string }[]) => those.map(({ id }) => id);
        const one = store.applySink(answer('a', active), at + 500, askedAt);
        const list = store.applySinks(listing([answer('a', active)]), at + 500, askedAt);
        assert.deepEqual([departedOf(one), departedOf(list)], [ids, ids]);
      }
    });

    it('tells of a new backfill, which a history that was asked for before does not lack', () => {
      store.applyWriteResult(of('a', 'new', { insertedAt: at, updatedAt: at }), at);
      store.applyBackfillList('a', [active], at + 500, older);
      assert.equal(state('new'), 'active');
      store.applyBackfillList('a', [active], at + 500, at);
      assert.equal(state('new'), undefined);
    });

    it('leaves what older answers say of others', () => {
      store.applySinks(listing([answer('a', of('a', 'a1'), of('a', 'a2'))]), now);
      store.applyWriteResult(paused, at);
      const moved = of('a', 'a2', { rowsProcessed: 95_000 });
      store.applySinks(listing([answer('a', active, moved)]), at + 500, older);
      assert.equal(state(), 'paused');
      assert.equal(findBackfill(store.snapshot, 'a', 'a2')?.rowsProcessed, 95_000);
    });

    it('that is older than what is known changes nothing', () => {
      store.applyBackfill(of('a', 'a1', { state: 'completed', updatedAt: now }), now);
      store.applyWriteResult(paused, at);
      assert.equal(state(), 'completed');
      assert.deepEqual(lastChange().backfills, []);
    });

    it('counts from the last of several', () => {
      store.applyWriteResult(paused, at);
      store.applyWriteResult(active, at + 1_000);
      store.applyBackfill(paused, at + 1_500, at + 500);
      assert.equal(state(), 'active');
    });
  });
});

describe('the journals of the store', () => {
  let store: SnapshotStore;
  const kindsOf = (id: string) => store.snapshot.progressHistories.get(id)?.events.map(({ kind }) => kind);
  const ended = (id: string, at: number) =>
    of('a', id, { state: 'completed', rowsProcessed: 200_000, updatedAt: at, completedAt: at });

  beforeEach(() => {
    store = new SnapshotStore();
    store.applySinks(listing([answer('a', of('a', 'a1')), answer('b', of('b', 'b1'))]), now);
  });

  it('are of each open backfill, and stay the same while nothing is new', () => {
    const { progressHistories } = store.snapshot;
    assert.deepEqual([...progressHistories.keys()], ['a1', 'b1']);
    store.applySinks(listing([answer('b', of('b', 'b1')), answer('a', of('a', 'a1'))]), now + 2_000);
    assert.equal(store.snapshot.progressHistories, progressHistories);
    store.applySink(answer('a', of('a', 'a1', { rowsProcessed: 95_000, updatedAt: now })), now + 3_000);
    assert.notEqual(store.snapshot.progressHistories.get('a1'), progressHistories.get('a1'));
    assert.equal(store.snapshot.progressHistories.get('b1'), progressHistories.get('b1'));
  });

  it('follow what is written here as well as what is read', () => {
    store.applyWriteResult(of('a', 'a1', { state: 'paused', updatedAt: now + 1_000 }), now + 1_500);
    assert.deepEqual(kindsOf('a1'), ['created', 'firstRows', 'counted', 'paused']);
    assert.equal(store.snapshot.progressHistories.get('a1')?.events.at(-1)?.kind, 'paused');
  });

  it('are in the server’s time', () => {
    store = new SnapshotStore();
    const open = of('a', 'a1', { insertedAt: now + 3_590_000, updatedAt: now + 3_590_000, rowsProcessed: 0 });
    store.applySinks(listing([answer('a', open)], now + 3600_000), now);
    assert.equal(store.snapshot.progressHistories.get('a1')?.observedAt, now + 3600_000);
  });

  it('tell the end of one whose end was seen, and no history', () => {
    const past = Array.from({ length: 3_000 }, (_, index) => ended(`past-${index}`, now - 3600_000));
    store.applyBackfillList('a', [ended('a1', now + 2_000), ...past], now + 2_000);
    store.applyBackfillList('a', [ended('a1', now + 2_000), ...past], now + 9_000);
    assert.deepEqual([...store.snapshot.progressHistories.keys()], ['a1', 'b1']);
    assert.deepEqual(kindsOf('a1'), ['created', 'firstRows', 'counted', 'ended']);
    assert.deepEqual(store.snapshot.progressHistories.get('a1')?.samples.at(-1), {
      at: now + 2_000,
      rows: 200_000,
    });
  });

  it('are kept of the 50 that ended last, and of all that are open', () => {
    const open = Array.from({ length: 60 }, (_, index) => of('a', `run-${index}`));
    store.applySink(answer('a', of('a', 'a1'), ...open), now);
    open.forEach(({ id }, index) => {
      store.applyBackfill(ended(id, now + index * 1_000), now + index * 1_000);
    });
    const kept = open.map(({ id }) => id).filter((id) => store.snapshot.progressHistories.has(id));
    assert.deepEqual([kept.length, kept[0]], [50, 'run-10']);
    assert.ok(store.snapshot.progressHistories.has('a1') && store.snapshot.progressHistories.has('b1'));
  });

  it('go with their backfill or their sink', () => {
    store.applyBackfill(ended('a1', now), now);
    store.removeBackfill('a', 'a1', now);
    assert.deepEqual([...store.snapshot.progressHistories.keys()], ['b1']);
    store.removeSink('b');
    assert.equal(store.snapshot.progressHistories.size, 0);
    store.applySinks(listing([answer('a', of('a', 'a2')), answer('b', of('b', 'b2'))]), now);
    store.applySinks(listing([answer('b', of('b', 'b2'))]), now);
    assert.deepEqual([...store.snapshot.progressHistories.keys()], ['b2']);
    store.applyBackfillList('b', [], now);
    assert.equal(store.snapshot.progressHistories.size, 0);
  });
});
