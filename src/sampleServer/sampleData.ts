import { allTables } from './defaults.ts';
import { createHealth } from './health.ts';
import type { SourceJson } from './sequinTypes.ts';
import { addStoppedBackfill } from './stoppedBackfill.ts';
import type { World } from './World.ts';

const masked = '********';
const minuteMs = 60_000;

/** Adds the sinks of an imaginary company, with backfills in every state. */
export function addSampleData(world: World): void {
  addOrders(world);
  addSearch(world);
  addBilling(world);
  addCache(world);
  addAuditLog(world);
  addAnalytics(world);
  addEmails(world);
  addSignups(world);
  addLegacyExport(world);
}

function addOrders(world: World): void {
  world.addTable('public.orders', 1_240_000);
  world.addTable('public.order_items', 3_610_000);
  world.addSink({
    name: 'orders-to-kafka',
    database: 'shop-production',
    source: createSource('public.orders', 'public.order_items'),
    destination: {
      type: 'kafka',
      hosts: 'kafka-1.shop.internal:9092,kafka-2.shop.internal:9092',
      topic: 'shop.orders',
      tls: true,
      username: 'sequin',
      password: masked,
      sasl_mechanism: 'scram_sha_512',
      compression: 'none',
    },
    batch_size: 200,
    annotations: { team: 'fulfilment' },
    restartsAfterMs: 1.5 * minuteMs,
  });
  for (const [hoursAgo, rows] of [
    [170, 1_022_400],
    [98, 1_104_900],
    [50, 1_180_200],
  ] as const) {
    addStoppedBackfill(world, 'orders-to-kafka', { table: 'public.orders', hoursAgo, rows, minutesLong: 3 });
  }
  addStoppedBackfill(world, 'orders-to-kafka', {
    table: 'public.orders',
    state: 'cancelled',
    hoursAgo: 26,
    rows: 1_201_300,
    progress: 0.18,
  });
  world.addBackfill('orders-to-kafka', { table: 'public.orders' }, 0.47);
  addStoppedBackfill(world, 'orders-to-kafka', {
    table: 'public.order_items',
    state: 'paused',
    hoursAgo: 2,
    rows: 3_610_000,
    progress: 0.62,
  });
}

function addSearch(world: World): void {
  world.addTable('catalog.products', 482_000);
  world.addSink({
    name: 'search-index',
    database: 'shop-production',
    source: createSource('catalog.products'),
    destination: {
      type: 'typesense',
      endpoint_url: 'https://search.shop.internal',
      collection_name: 'products',
      api_key: masked,
      batch_size: 40,
      timeout_seconds: 5,
    },
    transform: 'product-to-document',
    batch_size: 40,
    annotations: { team: 'search' },
    restartsAfterMs: minuteMs,
  });
  for (const hoursAgo of [720, 380, 75, 22, 3]) {
    addStoppedBackfill(world, 'search-index', { hoursAgo, rows: 482_000 - hoursAgo * 41 });
  }
  world.addBackfill('search-index', {}, 0.12);
}

function addBilling(world: World): void {
  world.addSink({
    name: 'billing-webhook',
    database: 'shop-production',
    source: createSource('billing.invoices', 'billing.payments'),
    destination: {
      type: 'webhook',
      http_endpoint: 'billing-api',
      http_endpoint_path: '/invoices',
      batch: true,
    },
    batch_size: 10,
    health: createHealth('error', '[http_endpoint]: Unexpected status code: 500'),
    annotations: { team: 'billing' },
  });
  addStoppedBackfill(world, 'billing-webhook', { table: 'billing.payments', hoursAgo: 410, rows: 77_310 });
  addStoppedBackfill(world, 'billing-webhook', { table: 'billing.invoices', hoursAgo: 52, rows: 58_204 });
  addStoppedBackfill(world, 'billing-webhook', {
    table: 'billing.payments',
    state: 'cancelled',
    hoursAgo: 5,
    rows: 81_045,
    progress: 0.38,
  });
  addStoppedBackfill(world, 'billing-webhook', {
    table: 'billing.invoices',
    hoursAgo: 0.6,
    rows: 61_880,
    minutesLong: 2,
  });
}

function addCache(world: World): void {
  world.addTable('public.sessions', 940_000);
  world.addSink({
    name: 'cache-redis',
    status: 'paused',
    database: 'shop-production',
    source: createSource('public.sessions'),
    destination: {
      type: 'redis_string',
      host: 'cache.shop.internal',
      port: 6379,
      database: 3,
      tls: true,
      expire_ms: 0,
    },
    batch_size: 100,
    message_grouping: false,
  });
  addStoppedBackfill(world, 'cache-redis', { hoursAgo: 200, rows: 1_004_000 });
  addStoppedBackfill(world, 'cache-redis', { state: 'active', hoursAgo: 1.2, rows: 940_000, progress: 0.63 });
}

function addAuditLog(world: World): void {
  world.addSink({
    name: 'audit-log-s2',
    database: 'compliance',
    source: createSource('audit.events'),
    destination: { type: 's2', basin: 'shop-audit', stream: 'events', access_token: masked },
    batch_size: 500,
    actions: ['insert'],
    health: createHealth('waiting'),
    annotations: { team: 'compliance', retention: '7y' },
  });
  for (let day = 120; day > 0; day -= 1) {
    addStoppedBackfill(world, 'audit-log-s2', {
      state: day % 31 === 0 ? 'cancelled' : 'completed',
      hoursAgo: day * 24,
      minutesLong: world.random.integer(1, 9),
      rows: world.random.integer(20_000, 90_000),
      progress: day % 31 === 0 ? 0.4 : 1,
    });
  }
}

function addAnalytics(world: World): void {
  world.addTable('analytics.page_views', 24_800_000);
  world.addSink({
    name: 'analytics-kinesis',
    database: 'analytics',
    source: { ...allTables, include_schemas: ['analytics'] },
    destination: {
      type: 'kinesis',
      stream_arn: 'arn:aws:kinesis:eu-central-1:123456789012:stream/analytics',
      use_task_role: true,
    },
    batch_size: 500,
    health: createHealth('warning', '[postgres]: Query timed out; retrying with a smaller page'),
    annotations: { team: 'data' },
  });
  addStoppedBackfill(world, 'analytics-kinesis', { table: 'analytics.campaigns', hoursAgo: 31, rows: 1_370 });
  // Counting the rows of such a large table takes a long time, so the total is unknown.
  world.addBackfill('analytics-kinesis', { table: 'analytics.page_views', rows_initial_count: null }, 0.04);
}

function addEmails(world: World): void {
  world.addTable('public.customers', 212_000);
  world.addSink({
    name: 'customer-emails',
    status: 'disabled',
    database: 'shop-production',
    source: createSource('public.customers'),
    destination: {
      type: 'sqs',
      queue_url: 'https://sqs.eu-central-1.amazonaws.com/123456789012/customer-emails',
      region: 'eu-central-1',
      is_fifo: false,
      use_task_role: false,
      access_key_id: masked,
      secret_access_key: masked,
    },
    batch_size: 10,
  });
  addStoppedBackfill(world, 'customer-emails', {
    state: 'active',
    hoursAgo: 19,
    minutesLong: 0,
    rows: 212_000,
    progress: 0,
  });
}

function addSignups(world: World): void {
  world.addSink({
    name: 'signups-stream',
    database: 'shop-production',
    source: createSource('public.signups'),
    destination: { type: 'sequin_stream' },
    health: createHealth('initializing'),
  });
}

function addLegacyExport(world: World): void {
  world.addTable('legacy.import_log', 9_400, false);
  world.addSink({
    name: 'legacy-export',
    database: 'compliance',
    source: createSource('legacy.contracts', 'legacy.import_log'),
    destination: {
      type: 'gcp_pubsub',
      project_id: 'shop-compliance',
      topic_id: 'legacy-export',
      use_emulator: false,
      credentials: { type: 'service_account', private_key: masked },
    },
    batch_size: 100,
  });
  addStoppedBackfill(world, 'legacy-export', { table: 'legacy.contracts', hoursAgo: 900, rows: 15_220 });
  world.dropTable('legacy.contracts');
  addStoppedBackfill(world, 'legacy-export', {
    table: 'legacy.import_log',
    state: 'failed',
    hoursAgo: 7,
    minutesLong: 0.3,
    rows: 9_400,
    progress: 0,
  });
}

function createSource(...names: string[]): SourceJson {
  return { ...allTables, include_tables: names };
}
