import { ServerMonitor } from '../../src/servers/ServerMonitor.ts';
import { connectionTo } from '../unit/samples.ts';
import { TestClock } from '../unit/TestClock.ts';
import { type BenchSection, formatPercent, formatRatio } from './report.ts';
import { createWorld, type ServerLoad, WorldApi } from './WorldApi.ts';

const sinkCounts = [1, 10, 100, 1_000];
const runningShares = [0, 0.01, 0.2];
/** The maximum share of time for which polling may keep a server busy, unless {@link getRequiredShare} is larger. */
const maxServerShare = 0.05;

/**
 * The share of the time that fresh data requires: one list per minute, at 4 ms for each sink, and requests for up to 50
 * running backfills every 5 s, at 5 ms each. The factor of 1.05 allows for an additional list.
 */
function getRequiredShare({ sinks, running }: Case): number {
  return 1.05 * ((sinks * 4) / 60_000 + (Math.min(running, 50) * 5) / 5_000);
}

const intervalMs = 2_000;
const warmUpMs = 5 * 60_000;
/** Much longer than the interval between two lists of many sinks, so that an additional list hardly matters. */
const measuredMs = 30 * 60_000;
const minutes = measuredMs / 60_000;

interface Case {
  readonly sinks: number;
  readonly running: number;
  readonly monitored: ServerLoad;
  readonly polled: ServerLoad;
}

/** Measures the load that a monitor puts on a server, compared with polling the whole list every two seconds. */
export async function measureServerCost(): Promise<BenchSection> {
  const cases: Case[] = [];
  for (const sinks of sinkCounts) {
    // With few sinks, different shares round up to the same number of running backfills, so there are fewer cases.
    for (const running of new Set(runningShares.map((share) => Math.ceil(share * sinks)))) {
      cases.push(await measureCase(sinks, running));
    }
  }
  const missedCases = cases.filter(
    (result) => result.monitored.busyMs / measuredMs > Math.max(maxServerShare, getRequiredShare(result)),
  );
  return {
    title: '1. Load on a server while the view is visible in a focused window',
    columns: [
      'sinks',
      'running',
      'requests/min',
      'kB/min',
      'server busy',
      'polling: kB/min',
      'server busy',
      'ratio',
    ],
    rows: cases.map((result) => [
      String(result.sinks),
      String(result.running),
      (result.monitored.requests / minutes).toFixed(1),
      (result.monitored.bytes / 1000 / minutes).toFixed(1),
      `${formatPercent(result.monitored.busyMs / measuredMs)}${missedCases.includes(result) ? ' ✗' : ''}`,
      (result.polled.bytes / 1000 / minutes).toFixed(1),
      formatPercent(result.polled.busyMs / measuredMs),
      formatRatio(result.polled.busyMs / result.monitored.busyMs),
    ]),
    notes: [
      'Polling means 30 requests per minute for the whole list; beyond 100 %, the server can’t keep up.',
    ],
    goals: [
      {
        isMet: missedCases.length === 0,
        text: `Keeps the server busy for at most ${formatPercent(maxServerShare)} of the time, or for the time that fresh data requires.`,
      },
    ],
    data: cases,
  };
}

async function measureCase(sinks: number, running: number): Promise<Case> {
  const clock = new TestClock(Date.UTC(2026, 5, 15, 12));
  const api = new WorldApi(createWorld(clock, sinks, running), clock);
  const monitor = new ServerMonitor({
    connection: connectionTo('http://bench'),
    api,
    clock,
    intervalMs: () => intervalMs,
    random: () => 0.5,
  });
  monitor.watch('view');
  await clock.advance(warmUpMs);
  const warmUp = api.load;
  api.load = { requests: 0, bytes: 0, busyMs: 0 };
  await clock.advance(measuredMs);
  const monitored = api.load;
  monitor.dispose();
  if (warmUp.requests === 0 || monitored.requests === 0) {
    throw new Error('The monitor sent no requests');
  }

  api.load = { requests: 0, bytes: 0, busyMs: 0 };
  const listing = api.listSinks();
  await clock.advance(measuredMs);
  await listing;
  const polls = measuredMs / intervalMs;
  const { bytes, busyMs } = api.load;
  return {
    sinks,
    running,
    monitored,
    polled: { requests: polls, bytes: polls * bytes, busyMs: polls * busyMs },
  };
}
