import assert from 'node:assert/strict';
import type { SequinApi } from '../../../src/api/SequinApi.ts';
import { type Backfill, isUnfinished } from '../../../src/model/Backfill.ts';
import { type Failure, SequinError } from '../../../src/model/failure.ts';
import {
  type BackfillQueue,
  cancelTimeoutMs,
  getQueuePosition,
  maxRejections,
  resumeTimeoutMs,
} from '../../../src/model/queue/BackfillQueue.ts';
import type { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { findBackfill } from '../../../src/servers/Snapshot.ts';
import { createMemoryQueueStorage } from '../createMemoryQueueStorage.ts';
import { apiWith, backfill, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { createMonitor } from './createMonitor.ts';

const sinkId = sink().id;
const unreachable: Failure = { kind: 'network', reason: 'refused' };

/** A server whose backfills change only through requests and `setStates`. */
class FakeServer {
  readonly backfills = new Map<string, Backfill>();
  /** The backfill id of each request to resume a backfill, including failed requests. */
  readonly resumeRequests: string[] = [];
  failure: Failure | undefined;
  /**
   * Whether requests for single backfills fail with a gateway's 404. A requested change takes effect even though the
   * request fails. Lists of sinks succeed.
   */
  isBackfillPathUnavailable = false;
  /** The ids of backfills that reject every change. */
  readonly conflicts = new Set<string>();
  /**
   * The failures of requested changes, by backfill id. If the failure is a timeout, the change takes effect, and only
   * its response is lost.
   */
  readonly changeFailures = new Map<string, Failure>();
  #heldList: Promise<undefined> | undefined;

  readonly api: SequinApi = apiWith({
    listSinks: async () => {
      const list = await this.#respond(() => ({
        items: [{ sink: sink(), unfinishedBackfills: [...this.backfills.values()].filter(isUnfinished) }],
        skipped: 0,
        serverTime: undefined,
      }));
      const held = this.#heldList;
      this.#heldList = undefined;
      await held;
      return list;
    },
    getBackfill: (_sinkId, id) => this.#respond(() => this.#get(id)),
    updateBackfill: (_sinkId, id, state) =>
      this.#respond(() => {
        if (state === 'active') {
          this.resumeRequests.push(id);
        }
        if (this.conflicts.has(id)) {
          throw new SequinError({ kind: 'conflict', reason: 'transition', serverMessages: [] });
        }
        const failure = this.changeFailures.get(id);
        if (failure === undefined || failure.kind === 'timeout') {
          this.setStates({ [id]: state });
        }
        if (failure !== undefined) {
          throw new SequinError(failure);
        }
        return this.#get(id);
      }),
    getVersion: () => Promise.resolve('0.14.6'),
  });

  /** Holds back the response to the next list of sinks. Returns a function that releases the response. */
  holdNextList(): () => void {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#heldList = promise;
    return () => {
      resolve(undefined);
    };
  }

  setStates(states: Readonly<Record<string, string>>): void {
    for (const [id, state] of Object.entries(states)) {
      const previous = this.backfills.get(id) ?? backfill({ id, table: `public.${id}`, rowsProcessed: 0 });
      this.backfills.set(id, { ...previous, state });
    }
  }

  /** The concatenated ids of the running backfills. */
  get runningIds(): string {
    return [...this.backfills.values()]
      .filter(({ state }) => state === 'active')
      .map(({ id }) => id)
      .join('');
  }

  /** Returns the concatenated ids in `resumeRequests`, and removes them. */
  takeResumeRequests(): string {
    return this.resumeRequests.splice(0).join('');
  }

  #get(id: string): Backfill {
    if (this.isBackfillPathUnavailable) {
      throw new SequinError({ kind: 'notFound', resource: 'api' });
    }
    const requested = this.backfills.get(id);
    if (requested === undefined) {
      throw new SequinError({ kind: 'notFound', resource: 'backfill' });
    }
    return requested;
  }

  #respond<T>(create: () => T): Promise<T> {
    return this.failure === undefined
      ? Promise.resolve().then(create)
      : Promise.reject(new SequinError(this.failure));
  }
}

describe('QueueRunner', () => {
  let clock: TestClock;
  let server: FakeServer;
  let storage: ReturnType<typeof createMemoryQueueStorage>;
  const windows: ServerMonitor[] = [];

  beforeEach(() => {
    clock = new TestClock(now);
    server = new FakeServer();
    storage = createMemoryQueueStorage();
  });
  afterEach(() => {
    windows.splice(0).forEach((window) => {
      window.dispose();
    });
  });

  function openWindow(): ServerMonitor {
    const window = createMonitor({
      api: server.api,
      clock,
      queueStorage: storage,
    });
    windows.push(window);
    window.queue.start();
    return window;
  }

  /** Opens a window, and queues one paused backfill for each letter of `ids`. The letter is the id of the backfill. */
  async function queueUp(ids: string, limit: number): Promise<ServerMonitor> {
    server.setStates(Object.fromEntries(Array.from(ids).map((id) => [id, 'paused'])));
    const window = openWindow();
    await window.refresh();
    window.queue.add([...server.backfills.values()], limit);
    await poll();
    return window;
  }

  /**
   * Advances the clock until every window has polled and the requests that follow have completed. This takes longer
   * than the slowest polling interval (60 s) and `resumeTimeoutMs`, so windows repeat failed requests.
   */
  async function poll(): Promise<void> {
    await clock.advance(resumeTimeoutMs + 1_000);
  }

  /** Changes the states on the server, and lets every window poll. */
  async function change(states: Readonly<Record<string, string>>): Promise<void> {
    server.setStates(states);
    await poll();
  }

  /** Returns the queue positions of all backfills, in the order in which the backfills were created. */
  const getPositions = ({ snapshot }: ServerMonitor): (number | undefined)[] =>
    [...server.backfills.keys()].map((id) => {
      const item = findBackfill(snapshot, sinkId, id);
      return item && getQueuePosition(snapshot.queue, item);
    });

  it('runs backfills in order, and at most as many at a time as the limit allows', async () => {
    const window = await queueUp('abcde', 2);
    assert.equal(server.takeResumeRequests(), 'ab');
    assert.deepEqual(getPositions(window), [undefined, undefined, 1, 2, 3]);
    await change({ b: 'completed' });
    assert.equal(server.takeResumeRequests(), 'c');
    await change({ a: 'completed', c: 'failed' });
    assert.equal(server.takeResumeRequests(), 'de');
    await change({ d: 'completed' });
    const ended: BackfillQueue[] = [];
    window.queue.onDidEnd((queue) => ended.push(queue));
    await change({ e: 'completed' });
    assert.deepEqual(
      ended[0]?.items.map(({ phase }) => phase),
      ['completed', 'completed', 'failed', 'completed', 'completed'],
    );
    assert.equal(window.snapshot.queue, undefined);
  });

  it('sends no requests after the queue is stopped, if no view is open', async () => {
    const window = await queueUp('ab', 1);
    window.queue.stop();
    await clock.advance(1_000);
    assert.ok(!clock.hasPendingTimers);
  });

  const interventions: [title: string, intervene: (window: ServerMonitor) => unknown, resumed: string][] = [
    ['the user pauses a', () => change({ a: 'paused' }), 'c'],
    ['the user cancels a', () => change({ a: 'cancelled' }), 'c'],
    ['the user cancels c, and a completes', () => change({ c: 'cancelled', a: 'completed' }), 'd'],
    [
      'the user resumes d, and a and b complete',
      async () => {
        await change({ d: 'active' });
        await change({ a: 'completed' });
        await change({ b: 'completed' });
      },
      'c',
    ],
    [
      'the user moves d up, and a completes',
      async (window) => {
        window.queue.moveUp(['d']);
        await change({ a: 'completed' });
      },
      'd',
    ],
    [
      'the user removes c from the queue, and a completes',
      async (window) => {
        window.queue.remove(['c']);
        await change({ a: 'completed' });
      },
      'd',
    ],
    [
      'the user stops the queue, and a and b complete',
      async (window) => {
        window.queue.stop();
        await change({ a: 'completed', b: 'completed' });
      },
      '',
    ],
    [
      'the user stops the queue, a completes, and the user continues the queue',
      async (window) => {
        const { queue } = window.snapshot;
        window.queue.stop();
        await change({ a: 'completed' });
        window.queue.restore(queue ?? assert.fail());
        await poll();
      },
      'c',
    ],
    [
      'a and b complete, and then another window fails to cancel c to f',
      async (window) => {
        const other = openWindow();
        await poll();
        other.queue.setCanceling(['c', 'd', 'e', 'f'], true);
        await change({ a: 'completed', b: 'completed' });
        assert.equal(server.takeResumeRequests(), '');
        assert.equal(window.snapshot.queue?.items.length, 6);
        other.queue.setCanceling(['c', 'd', 'e', 'f'], false);
        await poll();
      },
      'cd',
    ],
    [
      'another window stops the queue, a and b complete, and then the cancellation of c and d fails',
      async (window) => {
        window.queue.setCanceling(['c', 'd'], true);
        openWindow().queue.stop();
        await change({ a: 'completed', b: 'completed' });
        window.queue.setCanceling(['c', 'd'], false);
        await poll();
      },
      '',
    ],
    [
      'the window that was canceling c is closed, the cancellation times out, and b completes',
      async (window) => {
        openWindow();
        window.queue.setCanceling(['c'], true);
        window.dispose();
        await change({ a: 'completed' });
        assert.equal(server.takeResumeRequests(), 'd');
        await clock.advance(cancelTimeoutMs);
        await change({ b: 'completed' });
      },
      'c',
    ],
    [
      'a is deleted on the server',
      async () => {
        server.backfills.delete('a');
        await poll();
      },
      'c',
    ],
    [
      'a completes while the window is closed, and a gateway stops responding with 404 to requests for a',
      async (window) => {
        window.dispose();
        server.isBackfillPathUnavailable = true;
        await change({ a: 'completed' });
        openWindow();
        await poll();
        assert.equal(server.takeResumeRequests(), '');
        server.isBackfillPathUnavailable = false;
        await poll();
        await poll();
      },
      'c',
    ],
    [
      'a completes while the server is unreachable, and the server becomes reachable again',
      async () => {
        server.failure = unreachable;
        server.setStates({ a: 'completed' });
        await poll();
        assert.equal(server.takeResumeRequests(), '');
        server.failure = undefined;
        await poll();
      },
      'c',
    ],
    [
      'a and b complete after the machine has slept for hours',
      async () => {
        clock.sleep(5 * 3600_000);
        await change({ a: 'completed', b: 'completed' });
      },
      'cd',
    ],
    [
      'a completes, and the server rejects every request to resume c',
      async () => {
        server.changeFailures.set('c', { kind: 'server', status: 500, retryAfterMs: undefined });
        await change({ a: 'completed' });
        for (let attempt = 1; attempt <= maxRejections; attempt += 1) {
          await poll();
        }
      },
      'cccd',
    ],
    [
      'a completes, and the response to the request to resume c is lost',
      async () => {
        server.changeFailures.set('c', { kind: 'timeout', afterMs: 15_000 });
        await change({ a: 'completed' });
        await poll();
      },
      'c',
    ],
    [
      'a completes during a reload of the window',
      async (window) => {
        window.dispose();
        server.setStates({ a: 'completed' });
        openWindow();
        await poll();
      },
      'c',
    ],
    [
      'a and b finish while the window is closed, and the window is opened again',
      async (window) => {
        window.dispose();
        await change({ a: 'completed', b: 'failed' });
        assert.equal(server.takeResumeRequests(), '');
        openWindow();
        await poll();
      },
      'cd',
    ],
  ];
  describe('with running backfills a and b and waiting backfills c to f', () => {
    for (const [title, intervene, resumed] of interventions) {
      it(`tries to resume ${Array.from(resumed).join(', ') || 'nothing'} if ${title}`, async () => {
        const window = await queueUp('abcdef', 2);
        assert.equal(server.takeResumeRequests(), 'ab');
        await intervene(window);
        assert.equal(server.takeResumeRequests(), resumed);
      });
    }
  });

  const actions: [description: string, perform: (window: ServerMonitor, backfill: Backfill) => unknown][] = [
    ['cancels a backfill', (window, running) => window.changeBackfill(running, 'cancel')],
    ['pauses a backfill', (window, running) => window.changeBackfill(running, 'pause')],
    [
      'tries to pause a backfill that has completed',
      (window, running) => {
        server.setStates({ a: 'completed' });
        server.conflicts.add('a');
        return window.changeBackfill(running, 'pause');
      },
    ],
    [
      'opens a backfill that has completed',
      (window, running) => {
        server.setStates({ a: 'completed' });
        return window.loadBackfill(running.sinkId, running.id);
      },
    ],
  ];
  for (const [description, perform] of actions) {
    it(`resumes the next backfill without waiting for a poll when the user ${description}`, async () => {
      const window = await queueUp('abc', 1);
      assert.equal(server.takeResumeRequests(), 'a');
      await perform(window, findBackfill(window.snapshot, sinkId, 'a') ?? assert.fail());
      await clock.advance(0);
      assert.equal(server.takeResumeRequests(), 'b');
    });
  }

  it('saves the queue once for all backfills that are cancelled together', async () => {
    const window = await queueUp('abcdef', 1);
    const ids = ['b', 'c', 'd', 'e', 'f'];
    window.queue.setCanceling(ids, true);
    const saved = storage.read();
    for (const id of ids) {
      const waiting = findBackfill(window.snapshot, sinkId, id) ?? assert.fail();
      await window.changeBackfill(waiting, 'cancel');
    }
    assert.equal(storage.read(), saved);
    window.queue.setCanceling(ids, false);
    await poll();
    assert.deepEqual(
      storage.read()?.items.map(({ phase }) => phase),
      ['started', ...ids.map(() => 'cancelled')],
    );
  });

  it('resumes nothing because of a late list that was requested before another window resumed a backfill', async () => {
    const first = await queueUp('abc', 1);
    const second = openWindow();
    await poll();
    assert.equal(server.takeResumeRequests(), 'a');
    server.setStates({ a: 'completed' });
    const release = server.holdNextList();
    const refreshed = second.refresh();
    await clock.advance(0);
    await first.refresh();
    await clock.advance(1_000);
    assert.equal(server.takeResumeRequests(), 'b');
    release();
    await refreshed;
    await poll();
    assert.equal(server.takeResumeRequests(), '');
  });

  it('resumes each backfill in only one window, and shows the same queue positions in all windows', async () => {
    const first = await queueUp('abcdef', 2);
    const second = openWindow();
    await poll();
    assert.deepEqual(getPositions(second), getPositions(first));
    server.takeResumeRequests();
    await change({ a: 'completed' });
    await change({ b: 'completed' });
    assert.equal(server.takeResumeRequests(), 'cd');
    second.queue.moveUp(['f']);
    await poll();
    assert.deepEqual(getPositions(first).slice(-2), [2, 1]);
    await change({ c: 'completed' });
    assert.equal(server.takeResumeRequests(), 'f');
    assert.equal(server.runningIds, 'df');
  });
});
