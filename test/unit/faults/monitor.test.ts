import assert from 'node:assert/strict';
import type { SequinApi } from '../../../src/api/SequinApi.ts';
import type { Failure } from '../../../src/model/failure.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { findBackfill, getBackfillsOfSink } from '../../../src/servers/Snapshot.ts';
import type { WriteOutcome } from '../../../src/servers/WriteSender.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import type { Fault } from '../../faults/Fault.ts';
import { faults } from '../../faults/faults.ts';
import { connectionTo, now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { useServers } from '../useServers.ts';
import { FaultHarness, settleAll, tables } from './FaultHarness.ts';
import { InstantClock } from './InstantClock.ts';

const intervalMs = 2_000;

/** An operation of a monitor that is checked during and after a fault. */
interface Operation {
  readonly name: string;
  readonly check: (harness: FaultHarness, fault: Fault) => Promise<void>;
  /** Whether a fault can affect the operation. Default: every fault can. */
  readonly isAffectedBy?: (fault: Fault) => boolean;
}

function createMonitor(
  harness: FaultHarness,
  clock: Clock,
  api: SequinApi = harness.api,
  interval = intervalMs,
): ServerMonitor {
  const connection = connectionTo(harness.proxy.url);
  const monitor = new ServerMonitor({ connection, api, clock, intervalMs: () => interval, random: () => 0 });
  return harness.disposeLater(monitor);
}

/** Advances the clock, and waits for the resulting requests. */
async function advance(harness: FaultHarness, clock: TestClock, ms: number): Promise<void> {
  await clock.advance(ms);
  await harness.waitUntilIdle();
}

/** Ends the fault, and advances the clock to the next attempt. After a rejected token, refreshes manually instead. */
async function recover(harness: FaultHarness, clock: TestClock, monitor: ServerMonitor): Promise<void> {
  await harness.setFault(undefined);
  const { failure, retryAt } = monitor.snapshot.sinksLoad;
  if (failure?.kind === 'unauthorized') {
    await refresh(harness, monitor);
  } else {
    await advance(
      harness,
      clock,
      retryAt === undefined || failure === undefined ? 5 * intervalMs : retryAt - clock.now(),
    );
  }
  assert.equal(monitor.snapshot.sinksLoad.failure, undefined, 'the failure remains');
}

/** Refreshes manually, and waits for all requests. `monitor.refresh()` itself doesn't wait for the version. */
async function refresh(harness: FaultHarness, monitor: ServerMonitor): Promise<void> {
  await monitor.refresh();
  await harness.waitUntilIdle();
}

/** Returns the ids of the sinks and backfills in a monitor's snapshot. */
function getSnapshotIds({ snapshot }: ServerMonitor): unknown {
  return {
    sinks: [...snapshot.sinks.keys()],
    backfills: [...snapshot.backfills].map(([sinkId, backfills]) => [sinkId, ...backfills.keys()]),
  };
}

/** Asserts that a new sink is in the snapshot, and that the list of backfills can be loaded. */
async function assertUpToDate(
  harness: FaultHarness,
  monitor: ServerMonitor,
  newSinkId: string,
): Promise<void> {
  assert.ok(monitor.snapshot.sinks.has(newSinkId), 'the new sink is missing');
  await monitor.backfillLists.load(harness.sinkId);
  assert.equal(monitor.snapshot.backfillListLoads.get(harness.sinkId)?.failure, undefined);
  assert.equal(getBackfillsOfSink(monitor.snapshot, harness.sinkId).length, harness.sink.backfills.length);
}

const changeBackfill = (harness: FaultHarness, monitor: ServerMonitor, change: 'pause' | 'cancel') =>
  monitor.changeBackfill(
    findBackfill(monitor.snapshot, harness.sinkId, harness.runningId) ?? assert.fail('the backfill is gone'),
    change,
  );
const createBackfill = (harness: FaultHarness, monitor: ServerMonitor) =>
  monitor.createBackfill(harness.sinkId, tables.free, 'active');
const isPaused = (harness: FaultHarness) => harness.sink.backfills[0]?.json.state === 'paused';
const isCreated = (harness: FaultHarness) =>
  harness.sink.backfills.some(({ json }) => json.table === tables.free);

/** Whether the failure proves that the server didn't process the request, so the outcome is known. */
function isRejection(failure: Failure): boolean {
  return (
    ['unauthorized', 'notFound', 'invalid', 'conflict', 'rateLimited'].includes(failure.kind) ||
    ('reason' in failure && ['refused', 'redirect', 'proxyLogin'].includes(failure.reason))
  );
}

/** Whether the failure proves that the server has finished with the request, so a read shows the result. */
function isResponse(failure: Failure): boolean {
  return failure.kind === 'invalidResponse' || (failure.kind === 'server' && failure.status < 502);
}

/** Creates an operation that writes while a fault affects `times` requests, and then writes again without the fault. */
function createWriteOperation(
  name: string,
  times: number,
  write: (harness: FaultHarness, monitor: ServerMonitor) => Promise<WriteOutcome | undefined>,
  isPerformed: (harness: FaultHarness) => boolean,
): Operation {
  return {
    name,
    check: async (harness, fault) => {
      const monitor = createMonitor(harness, new InstantClock(now), harness.api, 0);
      await refresh(harness, monitor);
      const before = getSnapshotIds(monitor);
      await harness.setFault(fault, { times });
      const outcome = await write(harness, monitor);
      await harness.waitUntilIdle();
      const failure = harness.getExpectedFailure(fault);
      const reachesServer = fault.stage === 'response';
      assert.equal(harness.writeCount, reachesServer ? 1 : 0);
      assert.equal(isPerformed(harness), reachesServer);
      if (failure === undefined) {
        assert.equal(outcome?.kind, 'done');
      } else if (times === Infinity || fault.stage === 'port') {
        assert.equal(outcome?.kind, isRejection(failure) ? 'failed' : 'unconfirmed');
        assert.deepEqual('failure' in outcome && outcome.failure, failure);
        assert.deepEqual(getSnapshotIds(monitor), before);
      } else {
        // The monitor reads the state after the write. If there was no response, the server may still perform the
        // write.
        const kind = isRejection(failure) || isResponse(failure) ? 'failed' : 'unconfirmed';
        assert.equal(outcome?.kind, reachesServer ? 'done' : kind);
        assert.deepEqual('failure' in outcome ? outcome.failure : failure, failure);
      }
      await harness.setFault(undefined);
      await refresh(harness, monitor);
      assert.equal(monitor.snapshot.sinksLoad.failure, undefined);
      const unfinished = harness.sink.backfills
        .filter(({ isUnfinished }) => isUnfinished)
        .map(({ json }) => [json.id, json.state]);
      assert.deepEqual(
        Object.fromEntries(
          getBackfillsOfSink(monitor.snapshot, harness.sinkId).map(({ id, state }) => [id, state]),
        ),
        Object.fromEntries(unfinished),
      );
      await monitor.waitForPendingWrites([harness.runningId]);
      assert.equal((await changeBackfill(harness, monitor, 'cancel'))?.kind, 'done');
      assert.equal(harness.writeCount, reachesServer ? 2 : 1);
    },
  };
}

const operations: readonly Operation[] = [
  {
    name: 'poll of all sinks',
    check: async (harness, fault) => {
      const clock = new TestClock(now);
      const monitor = createMonitor(harness, clock);
      monitor.watch('view');
      await advance(harness, clock, 0);
      const before = getSnapshotIds(monitor);
      assert.equal(monitor.snapshot.sinks.size, 1);
      await harness.setFault(fault);
      await advance(harness, clock, intervalMs);
      assert.deepEqual(getSnapshotIds(monitor), before);
      assert.equal(monitor.snapshot.sinksLoad.loading, false);
      assert.deepEqual(monitor.snapshot.sinksLoad.failure, harness.getExpectedFailure(fault));
      const { id } = harness.emulator.world.addSink({ name: 'new' }).json;
      await recover(harness, clock, monitor);
      await assertUpToDate(harness, monitor, id);
    },
  },
  {
    name: 'poll of running backfills',
    check: async (harness, fault) => {
      for (let count = 0; count < 20; count += 1) {
        harness.emulator.world.addSink();
      }
      const clock = new TestClock(now);
      // Listing all sinks is too slow for the interval, so only the running backfill is polled.
      const listSinks: SequinApi['listSinks'] = async (options) => {
        const listing = await harness.api.listSinks(options);
        await clock.advance(2_000);
        return listing;
      };
      const monitor = createMonitor(harness, clock, { ...harness.api, listSinks });
      monitor.watch('view');
      await advance(harness, clock, 0);
      await harness.waitUntilIdle();
      const before = getSnapshotIds(monitor);
      assert.equal(monitor.snapshot.sinks.size, 21);
      await harness.setFault(fault);
      const requestsBefore = harness.proxy.requests.length;
      await advance(harness, clock, 2_000);
      assert.deepEqual(getSnapshotIds(monitor), before);
      const failure = harness.getExpectedFailure(fault);
      const isUnsupported = failure?.kind === 'invalidResponse' && failure.reason === 'shape';
      // The list of sinks is valid, so an unreadable backfill isn't reported as a failure of the server.
      assert.deepEqual(monitor.snapshot.sinksLoad.failure, isUnsupported ? undefined : failure);
      assert.ok(
        harness.proxy.requests.slice(requestsBefore).every((request) => request.endsWith(harness.runningId)),
      );
      const { id } = harness.emulator.world.addSink({ name: 'new' }).json;
      await harness.setFault(undefined);
      await refresh(harness, monitor);
      assert.equal(monitor.snapshot.sinksLoad.failure, undefined);
      await assertUpToDate(harness, monitor, id);
    },
  },
  {
    name: 'load of the list of backfills',
    check: async (harness, fault) => {
      const monitor = createMonitor(harness, new TestClock(now), harness.api, 0);
      await refresh(harness, monitor);
      await monitor.backfillLists.load(harness.sinkId);
      const before = getSnapshotIds(monitor);
      await harness.setFault(fault);
      await monitor.backfillLists.load(harness.sinkId);
      assert.deepEqual(getSnapshotIds(monitor), before);
      assert.deepEqual(
        monitor.snapshot.backfillListLoads.get(harness.sinkId)?.failure,
        harness.getExpectedFailure(fault),
      );
      harness.emulator.world.addBackfill(harness.sinkId, { state: 'cancelled' });
      const { id } = harness.emulator.world.addSink({ name: 'new' }).json;
      await harness.setFault(undefined);
      await refresh(harness, monitor);
      await assertUpToDate(harness, monitor, id);
    },
  },
  {
    name: 'load of one backfill',
    check: async (harness, fault) => {
      const monitor = createMonitor(harness, new TestClock(now), harness.api, 0);
      await refresh(harness, monitor);
      const before = getSnapshotIds(monitor);
      await harness.setFault(fault);
      assert.deepEqual(
        await monitor.loadBackfill(harness.sinkId, harness.runningId),
        harness.getExpectedFailure(fault),
      );
      assert.deepEqual(getSnapshotIds(monitor), before);
      await harness.setFault(undefined);
      harness.emulator.world.setBackfill(harness.runningId, { state: 'completed' });
      if (harness.getExpectedFailure(fault)?.kind === 'unauthorized') {
        // After a rejected token, the monitor sends no request until a manual refresh.
        await refresh(harness, monitor);
      }
      assert.equal(await monitor.loadBackfill(harness.sinkId, harness.runningId), undefined);
      assert.equal(findBackfill(monitor.snapshot, harness.sinkId, harness.runningId)?.state, 'completed');
    },
  },
  {
    name: 'end of a backfill that is no longer listed',
    isAffectedBy: ({ stage }) => stage === 'request' || stage === 'response',
    check: async (harness, fault) => {
      const clock = new TestClock(now);
      const monitor = createMonitor(harness, clock);
      monitor.watch('view');
      await advance(harness, clock, 0);
      harness.emulator.world.setBackfill(harness.runningId, { state: 'completed' });
      await harness.setFault(fault, { path: /backfills\/./ });
      await advance(harness, clock, intervalMs);
      const failure = harness.getExpectedFailure(fault);
      const getState = () => findBackfill(monitor.snapshot, harness.sinkId, harness.runningId)?.state;
      assert.equal(getState(), failure === undefined ? 'completed' : 'active');
      await harness.setFault(undefined);
      const isUnsupported = failure?.kind === 'invalidResponse' && failure.reason === 'shape';
      if (isUnsupported || failure?.kind === 'unauthorized') {
        // After an unsupported response or a rejected token, only a manual refresh tries again.
        await refresh(harness, monitor);
      } else {
        await advance(harness, clock, intervalMs);
      }
      assert.equal(getState(), 'completed');
    },
  },
  createWriteOperation('pause', 1, (harness, monitor) => changeBackfill(harness, monitor, 'pause'), isPaused),
  createWriteOperation(
    'pause, with the reads after it',
    Infinity,
    (harness, monitor) => changeBackfill(harness, monitor, 'pause'),
    isPaused,
  ),
  createWriteOperation('start', 1, createBackfill, isCreated),
  createWriteOperation('start, with the reads after it', Infinity, createBackfill, isCreated),
];

describe('ServerMonitor behind a fault proxy', () => {
  const stopLater = useServers();
  let combinations = 0;

  after(() => {
    console.log(
      `      ${combinations} combinations of ${faults.length} faults and ${operations.length} operations of a monitor`,
    );
  });

  for (const fault of faults) {
    it(`keeps its snapshot, reports a failure if the fault causes one, and recovers: ${fault.name}`, async () => {
      const affected = operations.filter(({ isAffectedBy }) => isAffectedBy?.(fault) ?? true);
      await settleAll(affected.map((operation) => run(operation, fault)));
      combinations += affected.length;
    });
  }

  async function run({ name, check }: Operation, fault: Fault): Promise<void> {
    const harness = await stopLater(FaultHarness.start());
    try {
      await check(harness, fault);
    } catch (error) {
      throw new Error(`${name}: ${String(error)}`, { cause: error });
    }
  }
});
