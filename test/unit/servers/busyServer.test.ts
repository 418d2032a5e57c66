import assert from 'node:assert/strict';
import type { SinkListing } from '../../../src/api/SequinApi.ts';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { SequinError } from '../../../src/model/failure.ts';
import { Random } from '../../../src/sampleServer/Random.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { getBackfillsOfSink } from '../../../src/servers/Snapshot.ts';
import { redisTimeoutMs, sampleResponseTimeMs, type ServerCondition } from '../../emulator/conditions.ts';
import { apiWith, backfill, connectionTo, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const createSinkId = (index: number) => `sink-${String(index)}`;

type RequestKind = 'list' | 'backfill' | 'backfillList';

/** A server with many sinks, some of which have a running backfill. Its response times are those of the emulator. */
class BusyServer {
  sinkCount = 500;
  condition: ServerCondition = 'busy';
  isReachable = true;
  /** The time after which a request to an unreachable server fails, in ms. */
  unreachableMs = 700;
  /** The time that a backfill list takes on an idle server, in ms. */
  backfillListMs = 50;
  readonly requests: { readonly kind: RequestKind; readonly sentAt: number; readonly durationMs: number }[] =
    [];
  readonly #clock: TestClock;
  readonly #runningCount: number;
  readonly #random = new Random(7);

  constructor(clock: TestClock, runningCount: number) {
    this.#clock = clock;
    this.#runningCount = runningCount;
  }

  readonly api = apiWith({
    listSinks: ({ timeoutMs = minute } = {}) =>
      this.#respond('list', this.sinkCount * 4, timeoutMs, (): SinkListing => ({
        items: Array.from({ length: this.sinkCount }, (_, index) => ({
          sink: sink({ id: createSinkId(index), name: createSinkId(index) }),
          unfinishedBackfills: index < this.#runningCount ? [this.#createBackfill(createSinkId(index))] : [],
        })),
        skipped: 0,
        serverTime: this.#clock.now(),
      })),
    getBackfill: (sinkId, _id, { timeoutMs = minute } = {}) =>
      this.#respond('backfill', 5, timeoutMs, () => this.#createBackfill(sinkId)),
    listBackfills: (sinkId) =>
      this.#respond('backfillList', this.backfillListMs, minute, () => ({
        items: [this.#createBackfill(sinkId)],
        skipped: 0,
      })),
    getVersion: () => Promise.resolve('0.14.6'),
  });

  /** How long the server was busy with the `requests` of a kind, in milliseconds. */
  getBusyMs(kind: RequestKind): number {
    return this.requests
      .filter((request) => request.kind === kind)
      .reduce((sum, { durationMs }) => sum + durationMs, 0);
  }

  #createBackfill(sinkId: string): Backfill {
    const updatedAt = this.#clock.now();
    return backfill({
      id: `backfill-of-${sinkId}`,
      sinkId,
      rowsInitial: 1_000_000_000,
      rowsProcessed: (updatedAt - now) * 10,
      updatedAt,
    });
  }

  #respond<T>(kind: RequestKind, idleMs: number, timeoutMs: number, createResponse: () => T): Promise<T> {
    const baselineMs =
      this.condition === 'redisDown' && kind === 'list' ? this.sinkCount * redisTimeoutMs : idleMs;
    const responseMs = sampleResponseTimeMs(baselineMs, this.condition, this.#random);
    const durationMs = this.isReachable ? Math.min(responseMs, timeoutMs) : this.unreachableMs;
    this.requests.push({ kind, sentAt: this.#clock.now(), durationMs });
    return new Promise((resolve, reject) => {
      this.#clock.schedule(durationMs, () => {
        if (!this.isReachable) {
          reject(new SequinError({ kind: 'network', reason: 'refused' }));
        } else if (responseMs > timeoutMs) {
          reject(new SequinError({ kind: 'timeout', afterMs: timeoutMs }));
        } else {
          resolve(createResponse());
        }
      });
    });
  }
}

describe('ServerMonitor with a busy server that has hundreds of sinks', function () {
  // The simulation of two hours takes some seconds of CPU time, and other tests may run at the same time.
  this.timeout(120_000);
  let clock: TestClock;
  let server: BusyServer;
  let monitor: ServerMonitor;
  /** The largest age of the progress of any running backfill so far, in milliseconds. */
  let largestGapMs: number;

  function start(runningCount: number): void {
    clock = new TestClock(now);
    server = new BusyServer(clock, runningCount);
    monitor = new ServerMonitor({
      connection: connectionTo('http://busy'),
      api: server.api,
      clock,
      intervalMs: () => 2 * second,
      random: () => 0.5,
    });
    largestGapMs = 0;
  }
  afterEach(() => {
    monitor.dispose();
  });

  /** Advances the clock. Measures the age of the shown progress each time new progress replaces it, and at the end. */
  async function observe(durationMs: number): Promise<void> {
    let previous = monitor.snapshot.receiptTimes;
    const measure = (receivedAt = clock.now()): void => {
      largestGapMs = Math.max(largestGapMs, clock.now() - receivedAt);
    };
    const subscription = monitor.onDidChange(({ changedBackfillIds }) => {
      for (const id of changedBackfillIds) {
        measure(previous.get(id));
      }
      previous = monitor.snapshot.receiptTimes;
    });
    await clock.advance(durationMs);
    subscription.dispose();
    for (const receivedAt of monitor.snapshot.receiptTimes.values()) {
      measure(receivedAt);
    }
  }
  const getRequestTimes = (kind: RequestKind) =>
    server.requests.filter((request) => request.kind === kind).map(({ sentAt }) => sentAt);
  const getLargestDifference = (times: readonly number[]) =>
    Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? 0)));

  it('keeps the progress of 20 running backfills at most 10 s old for two hours, and requests the list at least every 80 s', async () => {
    start(20);
    monitor.watch('view');
    await observe(2 * hour);
    assert.ok(largestGapMs <= 10 * second, `the progress was ${String(largestGapMs)} ms old`);
    assert.ok(getRequestTimes('backfill').length > 20 * 600, 'the progress came from individual requests');
    assert.ok(getLargestDifference(getRequestTimes('list')) <= 80 * second);
  });

  it('keeps the progress of 20 running backfills at most 10 s old even without a view, for the status bar', async () => {
    start(20);
    monitor.watch('background');
    await observe(20 * minute);
    assert.ok(largestGapMs <= 10 * second, `the progress was ${String(largestGapMs)} ms old`);
  });

  it('keeps the progress at most 10 s old while five windows share the polling budget', async () => {
    start(40);
    monitor.dispose();
    monitor = new ServerMonitor({
      connection: connectionTo('http://busy'),
      api: server.api,
      clock,
      intervalMs: () => 2 * second,
      countWindows: () => 5,
    });
    monitor.watch('view');
    await observe(20 * minute);
    assert.ok(largestGapMs <= 10 * second, `the progress was ${String(largestGapMs)} ms old`);
  });

  it('keeps the progress at most 10 s old during and after a single slow list', async () => {
    start(20);
    server.condition = 'idle';
    monitor.watch('view');
    await observe(10 * minute);
    server.condition = 'busy';
    await clock.advance(0);
    const busyLists = getRequestTimes('list').length;
    while (getRequestTimes('list').length === busyLists) {
      await observe(second);
    }
    server.condition = 'idle';
    await observe(10 * minute);
    assert.ok(largestGapMs <= 10 * second, `the progress was ${String(largestGapMs)} ms old`);
  });

  it('requests the list less often while Redis is down, but keeps the progress at most 10 s old', async () => {
    start(20);
    server.condition = 'idle';
    monitor.watch('view');
    await observe(5 * minute);
    server.condition = 'redisDown';
    server.requests.length = 0;
    await observe(hour / 2);
    assert.ok(largestGapMs <= 10 * second, `the progress was ${String(largestGapMs)} ms old`);
    assert.equal(monitor.snapshot.sinksLoad.failure?.kind, 'timeout');
    const durations = server.requests
      .filter(({ kind }) => kind === 'list')
      .map(({ durationMs }) => durationMs);
    assert.deepEqual(durations.slice(0, 4), [20_000, 40_000, 60_000, 60_000]);
    // With this jitter, the next request is sent 45 s after a failed request has ended.
    assert.ok(durations.length <= 18, `${String(durations.length)} lists in half an hour`);
    server.condition = 'idle';
    await observe(3 * minute);
    assert.equal(monitor.snapshot.sinksLoad.failure, undefined);
  });

  it('retries at once when the user opens the view after a long outage', async () => {
    start(20);
    const background = monitor.watch('background');
    await observe(minute);
    server.isReachable = false;
    await clock.advance(hour);
    assert.equal(monitor.snapshot.sinksLoad.failure?.kind, 'network');
    server.isReachable = true;
    server.condition = 'idle';
    monitor.watch('view');
    await clock.advance(5 * second);
    assert.equal(monitor.snapshot.sinksLoad.failure, undefined);
    background.dispose();
  });

  it('polls within the budget after an outage', async () => {
    start(20);
    server.sinkCount = 125;
    server.condition = 'idle';
    monitor.watch('view');
    await clock.advance(5 * minute);
    server.isReachable = false;
    await clock.advance(14 * second);
    server.isReachable = true;
    await clock.advance(5 * minute);
    server.requests.length = 0;
    await clock.advance(10 * minute);
    const fraction = (server.getBusyMs('list') + server.getBusyMs('backfill')) / (10 * minute);
    assert.ok(fraction <= 0.055, `busy for ${fraction} of the time`);
  });

  it('requests the list within 5 s when another request succeeds after a long outage', async () => {
    start(20);
    monitor.watch('background');
    await observe(minute);
    server.isReachable = false;
    await clock.advance(hour);
    server.isReachable = true;
    server.condition = 'idle';
    void monitor.backfillLists.load(createSinkId(499));
    await clock.advance(5 * second);
    assert.equal(monitor.snapshot.sinksLoad.failure, undefined);
  });

  it('refreshes each backfill list in the view every 25 s, but no other backfill lists', async () => {
    start(20);
    server.condition = 'idle';
    monitor.watch('view', () => [createSinkId(0), createSinkId(300)]);
    await clock.advance(10 * second);
    void monitor.backfillLists.load(createSinkId(301));
    await observe(20 * minute);
    assert.ok(getBackfillsOfSink(monitor.snapshot, createSinkId(300)).length > 0, 'a new backfill was found');
    // Two lists are in the view, and each is requested every 25 s. The third list was requested once.
    assert.ok(
      getRequestTimes('backfillList').length > 85 && getRequestTimes('backfillList').length <= 99,
      String(getRequestTimes('backfillList').length),
    );
  });

  /**
   * Shows sinks with their backfill lists in a view. Each list takes `backfillListMs`. Returns the ids of the sinks.
   */
  async function showLists(count: number, backfillListMs: number): Promise<readonly string[]> {
    start(1);
    server.condition = 'idle';
    server.backfillListMs = backfillListMs;
    const shown = Array.from({ length: count }, (_, index) => createSinkId(index));
    monitor.watch('view', () => shown);
    await clock.advance(second);
    return shown;
  }

  it('refreshes ten expensive backfill lists in the view with half of the polling budget', async () => {
    await showLists(10, 7 * second);
    await clock.advance(hour);
    server.requests.length = 0;
    await clock.advance(4 * hour);
    const fraction = server.getBusyMs('backfillList') / (4 * hour);
    assert.ok(fraction > 0.02 && fraction <= 0.026, `busy for ${fraction} of the time`);
  });

  const getLoadedAt = (sinkId: string) => monitor.snapshot.backfillListLoads.get(sinkId)?.loadedAt ?? 0;

  it('refreshes a backfill list within a minute if the machine slept during the previous request', async () => {
    const [sinkId = ''] = await showLists(1, 10 * second);
    clock.sleep(8 * hour);
    await clock.advance(10 * second);
    const loadedAfterSleep = getLoadedAt(sinkId);
    assert.ok(loadedAfterSleep > 0);
    await clock.advance(minute);
    assert.ok(getLoadedAt(sinkId) > loadedAfterSleep);
  });

  it('still refreshes each backfill list in the view at least once a minute after a single slow response', async () => {
    const shown = await showLists(10, 50);
    server.backfillListMs = 50 * second;
    while (server.getBusyMs('backfillList') < 50 * second) {
      await clock.advance(second);
    }
    server.backfillListMs = 50;
    await clock.advance(2 * minute);
    const ages = shown.map((sinkId) => clock.now() - getLoadedAt(sinkId));
    assert.ok(Math.max(...ages) <= minute, String(ages));
  });

  it('requests a backfill list again within a minute after an outage, because the failed request cost the server nothing', async () => {
    start(1);
    server.condition = 'idle';
    const sinkId = createSinkId(0);
    let shown: readonly string[] = [];
    monitor.watch('view', () => shown);
    await clock.advance(10 * second);
    server.isReachable = false;
    server.unreachableMs = 10 * second;
    shown = [sinkId];
    monitor.reschedule();
    await clock.advance(10 * second);
    assert.equal(monitor.snapshot.backfillListLoads.get(sinkId)?.failure?.kind, 'network');
    server.isReachable = true;
    await clock.advance(minute);
    assert.equal(monitor.snapshot.backfillListLoads.get(sinkId)?.failure, undefined);
  });

  it('requests backfill lists again within 11 minutes after they timed out, regardless of how many are in the view', async () => {
    const shown = await showLists(10, 2 * minute);
    const listFailureKinds = () =>
      shown.map((sinkId) => monitor.snapshot.backfillListLoads.get(sinkId)?.failure?.kind);
    await clock.advance(minute);
    assert.deepEqual(new Set(listFailureKinds()), new Set(['timeout']));
    server.backfillListMs = 50;
    await clock.advance(11 * minute);
    assert.deepEqual(new Set(listFailureKinds()), new Set([undefined]));
  });
});
