import assert from 'node:assert/strict';
import type { Failure } from '../../../src/model/failure.ts';
import type { SequinApi } from '../../../src/api/SequinApi.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { backfillsOf, findBackfill } from '../../../src/servers/Snapshot.ts';
import type { WriteOutcome } from '../../../src/servers/BackfillWriter.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import type { Fault } from '../../faults/Fault.ts';
import { faults } from '../../faults/faults.ts';
import { connectionTo, now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { useServers } from '../useServers.ts';
import { allEnded, FaultLab, tables } from './FaultLab.ts';
import { JumpingClock } from './JumpingClock.ts';

const intervalMs = 2_000;

/** Something that a monitor does, through a fault and after it. */
interface Use {
  readonly name: string;
  readonly check: (lab: FaultLab, fault: Fault) => Promise<void>;
  /** Whether it can meet a fault; any, unless told. */
  readonly meets?: (fault: Fault) => boolean;
}

function monitorOf(lab: FaultLab, clock: Clock, api: SequinApi = lab.api, pace = intervalMs): ServerMonitor {
  const connection = connectionTo(lab.proxy.url);
  const monitor = new ServerMonitor({ connection, api, clock, intervalMs: () => pace, random: () => 0 });
  return lab.disposeLater(monitor);
}

/** Turns the clock, and waits for the answers to what was asked then. */
async function turn(lab: FaultLab, clock: TestClock, ms: number): Promise<void> {
  await clock.turn(ms);
  await lab.settled();
}

/** Takes the fault away, and turns the clock to the next try; a refused token is tried again only by hand. */
async function recover(lab: FaultLab, clock: TestClock, monitor: ServerMonitor): Promise<void> {
  await lab.setFault(undefined);
  const { failure, retryAt } = monitor.snapshot.sinksLoad;
  if (failure?.kind === 'unauthorized') {
    await refreshed(lab, monitor);
  } else {
    await turn(
      lab,
      clock,
      retryAt === undefined || failure === undefined ? 5 * intervalMs : retryAt - clock.now(),
    );
  }
  assert.equal(monitor.snapshot.sinksLoad.failure, undefined, 'the failure stays');
}

/** Asks for all, and waits for what follows from it: the server's version is asked for beside. */
async function refreshed(lab: FaultLab, monitor: ServerMonitor): Promise<void> {
  await monitor.refresh();
  await lab.settled();
}

/** What a monitor knows, by what the server calls it. */
function known({ snapshot }: ServerMonitor): unknown {
  return {
    sinks: [...snapshot.sinks.keys()],
    backfills: [...snapshot.backfills].map(([sinkId, backfills]) => [sinkId, ...backfills.keys()]),
  };
}

/** After the fault: what is new on the server is seen, and histories load. */
async function assertUpToDate(lab: FaultLab, monitor: ServerMonitor, newSinkId: string): Promise<void> {
  assert.ok(monitor.snapshot.sinks.has(newSinkId), 'the new sink is not seen');
  await monitor.loadBackfillList(lab.sinkId);
  assert.equal(monitor.snapshot.backfillListLoads.get(lab.sinkId)?.failure, undefined);
  assert.equal(backfillsOf(monitor.snapshot, lab.sinkId).length, lab.sink.backfills.length);
}

const changeOf = (lab: FaultLab, monitor: ServerMonitor, change: 'pause' | 'cancel') =>
  monitor.changeBackfill(
    findBackfill(monitor.snapshot, lab.sinkId, lab.runningId) ?? assert.fail('it is gone'),
    change,
  );
const createOf = (lab: FaultLab, monitor: ServerMonitor) =>
  monitor.createBackfill(lab.sinkId, tables.free, 'active');
const isPaused = (lab: FaultLab) => lab.sink.backfills[0]?.json.state === 'paused';
const isCreated = (lab: FaultLab) => lab.sink.backfills.some(({ json }) => json.table === tables.free);

/** Whether the server cannot have done what failed so, and nobody needs to look. */
function isRefusal(failure: Failure): boolean {
  return (
    ['unauthorized', 'notFound', 'invalid', 'conflict', 'rateLimited'].includes(failure.kind) ||
    ('reason' in failure && (failure.reason === 'refused' || failure.reason === 'redirect'))
  );
}

/** A write through a fault that meets `times` requests, and then a healthy one on the same monitor. */
function writeUse(
  name: string,
  times: number,
  write: (lab: FaultLab, monitor: ServerMonitor) => Promise<WriteOutcome | undefined>,
  isDone: (lab: FaultLab) => boolean,
): Use {
  return {
    name,
    check: async (lab, fault) => {
      const monitor = monitorOf(lab, new JumpingClock(now), lab.api, 0);
      await refreshed(lab, monitor);
      const before = known(monitor);
      await lab.setFault(fault, { times });
      const outcome = await write(lab, monitor);
      await lab.settled();
      const failure = lab.failureOf(fault);
      const reaches = fault.at === 'answer';
      assert.equal(lab.writes, reaches ? 1 : 0);
      assert.equal(isDone(lab), reaches);
      if (failure === undefined) {
        assert.equal(outcome?.kind, 'done');
      } else if (times === Infinity || fault.at === 'port') {
        assert.equal(outcome?.kind, isRefusal(failure) ? 'notDone' : 'notKnown');
        assert.deepEqual('failure' in outcome && outcome.failure, failure);
        assert.deepEqual(known(monitor), before);
      } else {
        // The server can be asked what became of it: what is told is the truth.
        assert.equal(outcome?.kind, reaches ? 'done' : 'notDone');
        assert.deepEqual(outcome.kind === 'notDone' ? outcome.failure : failure, failure);
      }
      await lab.setFault(undefined);
      await refreshed(lab, monitor);
      assert.equal(monitor.snapshot.sinksLoad.failure, undefined);
      const open = lab.sink.backfills.filter(({ isOpen }) => isOpen).map(({ json }) => [json.id, json.state]);
      assert.deepEqual(
        Object.fromEntries(backfillsOf(monitor.snapshot, lab.sinkId).map(({ id, state }) => [id, state])),
        Object.fromEntries(open),
      );
      await monitor.waitForPendingWrites([lab.runningId]);
      assert.equal((await changeOf(lab, monitor, 'cancel'))?.kind, 'done');
      assert.equal(lab.writes, reaches ? 2 : 1);
    },
  };
}

const uses: readonly Use[] = [
  {
    name: 'poll of all',
    check: async (lab, fault) => {
      const clock = new TestClock(now);
      const monitor = monitorOf(lab, clock);
      monitor.watch('view');
      await turn(lab, clock, 0);
      const before = known(monitor);
      assert.equal(monitor.snapshot.sinks.size, 1);
      await lab.setFault(fault);
      await turn(lab, clock, intervalMs);
      assert.deepEqual(known(monitor), before);
      assert.equal(monitor.snapshot.sinksLoad.loading, false);
      assert.deepEqual(monitor.snapshot.sinksLoad.failure, lab.failureOf(fault));
      const { id } = lab.emulator.world.addSink({ name: 'new' }).json;
      await recover(lab, clock, monitor);
      await assertUpToDate(lab, monitor, id);
    },
  },
  {
    name: 'poll of what runs',
    check: async (lab, fault) => {
      for (let count = 0; count < 20; count += 1) {
        lab.emulator.world.addSink();
      }
      const clock = new TestClock(now);
      // The list is so dear that progress comes from the one running sink alone.
      const listSinks: SequinApi['listSinks'] = async (options) => {
        const answer = await lab.api.listSinks(options);
        await clock.turn(2_000);
        return answer;
      };
      const monitor = monitorOf(lab, clock, { ...lab.api, listSinks });
      monitor.watch('view');
      await turn(lab, clock, 0);
      await lab.settled();
      const before = known(monitor);
      assert.equal(monitor.snapshot.sinks.size, 21);
      await lab.setFault(fault);
      const asked = lab.proxy.requests.length;
      await turn(lab, clock, 4_000);
      assert.deepEqual(known(monitor), before);
      assert.deepEqual(monitor.snapshot.sinksLoad.failure, lab.failureOf(fault));
      assert.ok(lab.proxy.requests.slice(asked).every((request) => request.endsWith(lab.sinkId)));
      const { id } = lab.emulator.world.addSink({ name: 'new' }).json;
      await lab.setFault(undefined);
      await refreshed(lab, monitor);
      assert.equal(monitor.snapshot.sinksLoad.failure, undefined);
      await assertUpToDate(lab, monitor, id);
    },
  },
  {
    name: 'history',
    check: async (lab, fault) => {
      const monitor = monitorOf(lab, new TestClock(now), lab.api, 0);
      await refreshed(lab, monitor);
      await monitor.loadBackfillList(lab.sinkId);
      const before = known(monitor);
      await lab.setFault(fault);
      await monitor.loadBackfillList(lab.sinkId);
      assert.deepEqual(known(monitor), before);
      assert.deepEqual(monitor.snapshot.backfillListLoads.get(lab.sinkId)?.failure, lab.failureOf(fault));
      lab.emulator.world.addBackfill(lab.sinkId, { state: 'cancelled' });
      const { id } = lab.emulator.world.addSink({ name: 'new' }).json;
      await lab.setFault(undefined);
      await refreshed(lab, monitor);
      await assertUpToDate(lab, monitor, id);
    },
  },
  {
    name: 'one backfill',
    check: async (lab, fault) => {
      const monitor = monitorOf(lab, new TestClock(now), lab.api, 0);
      await refreshed(lab, monitor);
      const before = known(monitor);
      await lab.setFault(fault);
      assert.deepEqual(await monitor.loadBackfill(lab.sinkId, lab.runningId), lab.failureOf(fault));
      assert.deepEqual(known(monitor), before);
      await lab.setFault(undefined);
      lab.emulator.world.setBackfill(lab.runningId, { state: 'completed' });
      if (lab.failureOf(fault)?.kind === 'unauthorized') {
        // Once a token is refused nothing more is sent before somebody says so.
        await refreshed(lab, monitor);
      }
      assert.equal(await monitor.loadBackfill(lab.sinkId, lab.runningId), undefined);
      assert.equal(findBackfill(monitor.snapshot, lab.sinkId, lab.runningId)?.state, 'completed');
    },
  },
  {
    name: 'the end of a backfill, of which the list no longer tells',
    meets: ({ at }) => at === 'request' || at === 'answer',
    check: async (lab, fault) => {
      const clock = new TestClock(now);
      const monitor = monitorOf(lab, clock);
      monitor.watch('view');
      await turn(lab, clock, 0);
      lab.emulator.world.setBackfill(lab.runningId, { state: 'completed' });
      await lab.setFault(fault, { path: /backfills\/./ });
      await turn(lab, clock, intervalMs);
      const failure = lab.failureOf(fault);
      const state = () => findBackfill(monitor.snapshot, lab.sinkId, lab.runningId)?.state;
      assert.equal(state(), failure === undefined ? 'completed' : 'active');
      await lab.setFault(undefined);
      const isTooOld = failure?.kind === 'badAnswer' && failure.reason === 'shape';
      if (isTooOld || failure?.kind === 'unauthorized') {
        // What this client is too old for, and what the token is refused for, is asked again only by hand.
        await refreshed(lab, monitor);
      } else {
        await turn(lab, clock, intervalMs);
      }
      assert.equal(state(), 'completed');
    },
  },
  writeUse('pause', 1, (lab, monitor) => changeOf(lab, monitor, 'pause'), isPaused),
  writeUse(
    'pause, and the looks after it',
    Infinity,
    (lab, monitor) => changeOf(lab, monitor, 'pause'),
    isPaused,
  ),
  writeUse('start', 1, createOf, isCreated),
  writeUse('start, and the looks after it', Infinity, createOf, isCreated),
];

describe('a monitor behind every fault keeps what it knows, says what is wrong, and recovers', () => {
  const stopLater = useServers();
  let combinations = 0;

  after(() => {
    console.log(
      `      ${combinations} combinations of ${faults.length} faults and ${uses.length} uses of a monitor`,
    );
  });

  for (const fault of faults) {
    it(fault.name, async () => {
      const met = uses.filter(({ meets }) => meets?.(fault) ?? true);
      await allEnded(met.map((use) => run(use, fault)));
      combinations += met.length;
    });
  }

  async function run({ name, check }: Use, fault: Fault): Promise<void> {
    const lab = await stopLater(FaultLab.start());
    try {
      await check(lab, fault);
    } catch (error) {
      throw new Error(`${name}: ${String(error)}`, { cause: error });
    }
  }
});
