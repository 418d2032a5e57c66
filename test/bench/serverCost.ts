import { ServerMonitor } from '../../src/servers/ServerMonitor.ts';
import { World } from '../emulator/World.ts';
import { TestClock } from '../unit/TestClock.ts';
import { percent, times, type Part } from './report.ts';
import { WorldApi, type Asked } from './WorldApi.ts';
import { connectionTo } from '../unit/samples.ts';

const sizes = [1, 10, 100, 1_000];
const shares = [0, 0.01, 0.2];
/** The promise: never more of a server's time. */
const mostOfServer = 0.05;

const intervalMs = 2_000;
const warmUpMs = 5 * 60_000;
/** Long against the rest between two lists of many sinks, so that it does not matter how many of them fall into it. */
const measuredMs = 30 * 60_000;
const minutes = measuredMs / 60_000;

/** So many that no backfill ends while it is watched. */
const manyRows = 40_000_000;

interface Case {
  readonly sinks: number;
  readonly running: number;
  readonly asked: Asked;
  readonly polled: Asked;
}

/** What it costs a server to be watched, against a poll of the whole list every two seconds. */
export async function serverCost(): Promise<Part> {
  const cases: Case[] = [];
  for (const sinks of sizes) {
    // At least one runs where some do, so that small numbers of sinks have fewer cases.
    for (const running of new Set(shares.map((share) => Math.ceil(share * sinks)))) {
      cases.push(await watch(sinks, running));
    }
  }
  const costly = cases.filter(({ asked }) => asked.busyMs / measuredMs > mostOfServer);
  return {
    title: '1. Cost for a server: the view in sight, in a window with the focus',
    columns: [
      'sinks',
      'running',
      'requests/min',
      'kB/min',
      'of its time',
      'poll: kB/min',
      'of its time',
      'cheaper',
    ],
    rows: cases.map((it) => [
      String(it.sinks),
      String(it.running),
      (it.asked.requests / minutes).toFixed(1),
      (it.asked.bytes / 1000 / minutes).toFixed(1),
      `${percent(it.asked.busyMs / measuredMs)}${costly.includes(it) ? ' ✗' : ''}`,
      (it.polled.bytes / 1000 / minutes).toFixed(1),
      percent(it.polled.busyMs / measuredMs),
      times(it.polled.busyMs / it.asked.busyMs),
    ]),
    notes: [
      'A poll is 30 requests a minute for the whole list; beyond 100 % the server cannot keep up with it.',
      costly.length === 0
        ? `✓ Never more than ${percent(mostOfServer)} of the server's time.`
        : `✗ More than ${percent(mostOfServer)} of the server's time in ${costly.length} cases.`,
    ],
    data: cases,
  };
}

async function watch(sinks: number, running: number): Promise<Case> {
  const clock = new TestClock(Date.UTC(2026, 5, 15, 12));
  const api = new WorldApi(makeWorld(clock, sinks, running), clock);
  const monitor = new ServerMonitor({
    connection: connectionTo('http://bench'),
    api,
    clock,
    intervalMs: () => intervalMs,
    random: () => 0.5,
  });
  monitor.watch('view');
  await clock.turn(warmUpMs);
  const warm = api.asked;
  api.asked = { requests: 0, bytes: 0, busyMs: 0 };
  await clock.turn(measuredMs);
  const { asked } = api;
  monitor.dispose();
  if (warm.requests === 0 || asked.requests === 0) {
    throw new Error('The monitor asks for nothing: this measures nothing');
  }

  api.asked = { requests: 0, bytes: 0, busyMs: 0 };
  const listed = api.listSinks();
  await clock.turn(measuredMs);
  await listed;
  const polls = measuredMs / intervalMs;
  const { bytes, busyMs } = api.asked;
  return { sinks, running, asked, polled: { requests: polls, bytes: polls * bytes, busyMs: polls * busyMs } };
}

/** Sinks as those of the scenario `large`, and backfills that run the whole time. */
function makeWorld(clock: TestClock, sinks: number, running: number): World {
  const world = new World({ seed: 1, speed: 1, clock });
  world.addTable('public.orders', manyRows);
  for (let index = 0; index < sinks; index += 1) {
    const name = `sink-${String(index + 1).padStart(4, '0')}`;
    world.addSink({
      name,
      source: {
        include_schemas: null,
        exclude_schemas: null,
        exclude_tables: null,
        include_tables: ['public.orders'],
      },
      destination: { type: 'webhook', http_endpoint: 'orders-api', http_endpoint_path: null, batch: true },
    });
    if (index < running) {
      world.addBackfill(name);
    }
  }
  return world;
}
