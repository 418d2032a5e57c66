import { allTables } from '../../src/sampleServer/defaults.ts';
import { addSampleData } from '../../src/sampleServer/sampleData.ts';
import { addStoppedBackfill } from '../../src/sampleServer/stoppedBackfill.ts';
import type { World } from '../../src/sampleServer/World.ts';

/** The names of all scenarios. */
export const scenarios = ['demo', 'busy', 'empty', 'large'] as const;
export type Scenario = (typeof scenarios)[number];

/** Adds the sinks and backfills of a scenario to an empty world. */
export function buildScenario(world: World, scenario: Scenario): void {
  switch (scenario) {
    case 'demo':
      addSampleData(world);
      break;
    case 'busy':
      buildBusy(world);
      break;
    case 'large':
      buildLarge(world);
      break;
    case 'empty':
      break;
  }
}

/** Adds 20 sinks, each with a running backfill of 3 million rows. */
function buildBusy(world: World): void {
  world.addTable('public.big', 3_000_000);
  for (let index = 1; index <= 20; index += 1) {
    const { json } = world.addSink({
      name: `big-redis-${String(index)}`,
      destination: {
        type: 'redis_stream',
        host: 'localhost',
        port: 6379,
        stream_key: 'big',
        database: 0,
        tls: false,
      },
      isBusy: true,
    });
    world.addBackfill(json.name, { table: 'public.big' }, world.random.between(0, 0.9));
  }
}

/** Adds 1,000 sinks: 200 with a running backfill, and one with 5,000 finished backfills. */
function buildLarge(world: World): void {
  const sinks = Array.from({ length: 1_000 }, (_, index) =>
    world.addSink({
      name: `sink-${String(index + 1).padStart(4, '0')}`,
      source: { ...allTables, include_tables: ['public.orders'] },
      destination: { type: 'webhook', http_endpoint: 'orders-api', http_endpoint_path: null, batch: true },
    }),
  );
  for (const { json } of sinks.slice(0, 200)) {
    world.addBackfill(json.name, {}, world.random.between(0, 0.9));
  }
  for (let hours = 1; hours <= 5_000; hours += 1) {
    addStoppedBackfill(world, 'sink-1000', { table: 'public.orders', hoursAgo: hours, rows: 200_000 });
  }
}
