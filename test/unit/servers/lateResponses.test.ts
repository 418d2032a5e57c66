import assert from 'node:assert/strict';
import { type Backfill, isUnfinished } from '../../../src/model/Backfill.ts';
import { SnapshotStore } from '../../../src/servers/SnapshotStore.ts';
import { backfill, now, sink } from '../samples.ts';

/**
 * A server whose sinks and backfills change at random, and whose responses arrive in random order. The server reads the
 * data of a response either when the request is sent or just before the response arrives.
 */
class RandomServer {
  readonly store = new SnapshotStore();
  /** The backfills, by sink id and backfill id. */
  readonly sinks = new Map<string, Map<string, Backfill>>();
  readonly #responses: (() => void)[] = [];
  #seed: number;
  #lastId = 0;
  /** The current time, in milliseconds since the epoch. */
  #time = now;
  #isListPending = false;

  constructor(seed: number) {
    this.#seed = seed;
    this.#addSink();
    this.#addSink();
  }

  get backfills(): Backfill[] {
    return [...this.sinks.values()].flatMap((ofSink) => [...ofSink.values()]);
  }

  /** Changes the server, sends a request, or lets a response arrive. */
  step(): void {
    this.#time += 500;
    const sinkId = this.#pick([...this.sinks.keys()]) ?? assert.fail();
    const picked = this.#pick(this.backfills);
    const action = this.#random(12);
    if (action === 0) {
      this.#addSink();
    } else if (action === 1 && this.sinks.size > 2) {
      this.sinks.delete(sinkId);
    } else if (action === 2) {
      this.#set(backfill({ id: this.#createId(), sinkId, updatedAt: this.#time }));
    } else if (action === 3 && picked !== undefined && isUnfinished(picked)) {
      this.#set({ ...picked, state: 'completed', completedAt: this.#time, updatedAt: this.#time });
    } else if (action <= 5) {
      this.#requestSinks();
    } else if (action === 6 && picked !== undefined) {
      this.#requestBackfill(picked);
    } else if (action === 7) {
      this.#requestBackfills(sinkId);
    } else if (action === 8 && picked !== undefined) {
      this.#write(picked);
    } else {
      this.#receive();
    }
  }

  /** Lets all responses arrive, including those to two more requests for the list of sinks. */
  finish(): void {
    for (let list = 0; list <= 2; list += 1) {
      while (this.#responses.length > 0) {
        this.#receive();
      }
      this.#requestSinks();
    }
  }

  #addSink(): void {
    this.sinks.set(this.#createId(), new Map());
  }

  #set(changed: Backfill): void {
    this.sinks.get(changed.sinkId)?.set(changed.id, changed);
  }

  #requestSinks(): void {
    if (!this.#isListPending) {
      this.#isListPending = true;
      const read = () =>
        [...this.sinks].map(([id, ofSink]) => ({
          sink: sink({ id }),
          unfinishedBackfills: [...ofSink.values()].filter(isUnfinished),
        }));
      this.#request(read, (items, order) => {
        this.#isListPending = false;
        const list = { items, skipped: 0, serverTime: undefined };
        this.store.applySinks(list, this.#time, order).forEach((unlisted) => {
          this.#requestBackfill(unlisted);
        });
      });
    }
  }

  #requestBackfill({ sinkId, id }: Backfill): void {
    const read = () => this.sinks.get(sinkId)?.get(id);
    this.#request(read, (received, order) => {
      if (received === undefined) {
        this.store.removeBackfill(sinkId, id, this.#time);
      } else {
        this.store.applyBackfill(received, this.#time, order);
      }
    });
  }

  #requestBackfills(sinkId: string): void {
    const read = () => [...(this.sinks.get(sinkId)?.values() ?? [])];
    this.#request(read, (received, order) => {
      this.store.applyBackfillList(sinkId, received, this.#time, order);
    });
  }

  /** Pauses or resumes a backfill. */
  #write(backfillBefore: Backfill): void {
    const { id: backfillId, sinkId, state } = backfillBefore;
    const change = state === 'active' ? 'pause' : 'resume';
    if (isUnfinished(backfillBefore) && !this.store.snapshot.pendingWrites.has(backfillId)) {
      const write = { kind: 'change', change, sinkId, backfillId } as const;
      const newState = change === 'pause' ? 'paused' : 'active';
      const written = { ...backfillBefore, state: newState, updatedAt: this.#time };
      this.store.beginWrite(write);
      this.#set(written);
      this.#request(
        () => written,
        (_, order) => {
          this.store.endWrite(write, this.#time, { outcome: { kind: 'done', written }, order });
        },
      );
    }
  }

  #request<T>(read: () => T, apply: (value: T, order: number) => void): void {
    const order = this.store.startRequest();
    const earlyRead = this.#random(2) === 0 ? { value: read() } : undefined;
    this.#responses.push(() => {
      apply((earlyRead ?? { value: read() }).value, order);
    });
  }

  #receive(): void {
    const [respond] = this.#responses.splice(this.#random(this.#responses.length), 1);
    respond?.();
  }

  #createId(): string {
    this.#lastId += 1;
    return String(this.#lastId);
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[this.#random(items.length)];
  }

  /** Returns a random integer from 0 to `limit` - 1. */
  #random(limit: number): number {
    this.#seed = (this.#seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return Math.floor((this.#seed / 2 ** 32) * limit);
  }
}

describe('SnapshotStore with responses in random order', () => {
  it('has the same states as the server after all responses, and contains no unreported end twice', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const server = new RandomServer(seed * 7_919);
      for (let step = 0; step < 60; step += 1) {
        server.step();
      }
      server.finish();
      const { sinks, backfills, progressTracks, unreportedEnds } = server.store.snapshot;
      const message = `seed ${String(seed)}`;
      assert.deepEqual([...sinks.keys()].sort(), [...server.sinks.keys()].sort(), message);
      const getState = ({ sinkId, id }: Backfill) => backfills.get(sinkId)?.get(id)?.state;
      const unfinished = server.backfills.filter(isUnfinished);
      assert.deepEqual(
        unfinished.map(getState),
        unfinished.map(({ state }) => state),
        message,
      );
      assert.deepEqual([...progressTracks.keys()].sort(), unfinished.map(({ id }) => id).sort(), message);
      const endedIds = unreportedEnds.map((end) => end.backfill.id);
      assert.deepEqual(endedIds, [...new Set(endedIds)], message);
    }
  });
});
