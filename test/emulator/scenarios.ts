import { allTables } from '../../src/sampleServer/defaults.ts';
import { addSampleData } from '../../src/sampleServer/sampleData.ts';
import { addStoppedBackfill } from '../../src/sampleServer/stoppedBackfill.ts';
import type { EmulatedWorld } from './EmulatedWorld.ts';

/** The names of all scenarios. */
export const scenarios = ['demo', 'busy', 'empty', 'large'] as const;
export type Scenario = (typeof scenarios)[number];

/** Adds the sinks and backfills of a scenario to an empty world. */
export function buildScenario(world: EmulatedWorld, scenario: Scenario): void {
  switch (scenario) {
    case 'demo':
      addSampleData(world);
      addReferencedResources(world);
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

/** Adds the function and the HTTP endpoint that sinks of the sample data refer to. */
function addReferencedResources(world: EmulatedWorld): void {
  world.functions.set('product-to-document', {
    code: 'def transform(_action, record, _changes, _metadata) do\n  record\nend',
    name: 'product-to-document',
    type: 'transform',
    description: null,
  });
  world.httpEndpoints.set('billing-api', {
    id: 'b1111111-0000-4000-8000-000000000001',
    name: 'billing-api',
    headers: {},
    url: 'https://billing.shop.internal/hooks',
    encrypted_headers: { Authorization: 'Bea********************2' },
  });
}

/** Adds 20 sinks, each with a running backfill of 3 million rows. */
function buildBusy(world: EmulatedWorld): void {
  world.addTable('public.big', 3_000_000);
  for (let index = 1; index <= 20; index += 1) {
    const sink = world.addSink({
      name: `big-redis-${String(index)}`,
      destination: {
        type: 'redis_stream',
        host: 'localhost',
        port: 6379,
        stream_key: 'big',
        database: 0,
        tls: false,
      },
    });
    world.setBusy(sink);
    world.addBackfill(sink.json.name, { table: 'public.big' }, world.random.between(0, 0.9));
  }
}

/** Adds 1,000 sinks: 200 with a running backfill, and one with 5,000 finished backfills. */
function buildLarge(world: EmulatedWorld): void {
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
