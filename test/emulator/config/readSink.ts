import { allTables, createSinkJson } from '../../../src/sampleServer/defaults.ts';
import { omitFields } from '../../../src/sampleServer/fields.ts';
import type { Random } from '../../../src/sampleServer/Random.ts';
import { invalidRequest, notFound } from '../../../src/sampleServer/responses.ts';
import type { SinkJson } from '../../../src/sampleServer/sequinTypes.ts';
import type { Sink } from '../../../src/sampleServer/World.ts';
import type { ConfigItem, EmulatedWorld } from '../EmulatedWorld.ts';
import { type Change, pick, Rejection } from './Change.ts';

/** The keys of a sink that a configuration can set. */
const sinkKeys = [
  'name',
  'status',
  'filter',
  'tables',
  'source',
  'transform',
  'destination',
  'actions',
  'batch_size',
  'database',
  'annotations',
  'enrichment',
  'timestamp_format',
  'message_grouping',
  'max_retry_count',
  'load_shedding_policy',
  'routing',
];

/** The names that sinks can refer to. `newFunctions` are the functions that the same file adds. */
interface SinkContext {
  readonly databases: ReadonlySet<string>;
  readonly endpoints: ReadonlySet<unknown>;
  readonly newFunctions: ReadonlySet<unknown>;
}

/**
 * Reads a sink. Adds Sequin's further actions for it to `actions`.
 * @throws Rejection for a sink that Sequin rejects
 */
export function readSink(
  world: EmulatedWorld,
  item: ConfigItem,
  random: Random,
  context: SinkContext,
  actions: string[],
): Change {
  checkSink(world, item, context);
  const name = String(item['name']);
  const existing = world.findSink(name);
  const old = existing && renderSink(existing);
  const functions = ['filter', 'transform', 'routing'].map((key) => {
    // A plan doesn't find a function that the same file adds (recording y04-60).
    const value = item[key];
    return [key, value === undefined || context.newFunctions.has(value) ? 'none' : value];
  });
  const planned: ConfigItem = {
    ...(old ?? renderSink({ json: createSinkJson(random.uuid(), name, 'active'), backfills: [] })),
    ...pick(item, sinkKeys),
    ...(Object.fromEntries(functions) as ConfigItem),
    source: readSource(item, old),
    destination: addDefaults(item['destination'] as ConfigItem),
    database: old?.['database'] ?? item['database'],
  };
  const tables = listInitialBackfills(item);
  if (existing === undefined && tables.length > 0) {
    actions.push(`Create initial backfill for sink '${name}'`);
  }
  return {
    type: 'sink',
    old: old ?? null,
    new: planned,
    apply: () => {
      const fields = omitFields(
        {
          ...planned,
          ...pick(item, ['filter', 'transform', 'routing']),
        },
        'active_backfills',
      );
      const sink = existing ?? world.addSink(fields);
      Object.assign(sink.json, fields);
      if (existing === undefined) {
        for (const table of tables) {
          world.addBackfill(name, { table });
        }
      }
    },
  };
}

/** Reads the source of a sink. `old` is the sink before the change. */
function readSource(item: ConfigItem, old: ConfigItem | undefined): unknown {
  const source = item['source'] as Partial<SinkJson['source']> | undefined;
  if (source === undefined) {
    return old?.['source'] ?? allTables;
  }
  // Sequin doesn't move the sink to the other database, but looks up the tables there (recording y04-25).
  const isMoved = old !== undefined && item['database'] !== old['database'];
  return { ...allTables, ...source, ...(isMoved && { include_tables: [] }) };
}

/** @throws Rejection for a sink that Sequin rejects */
function checkSink(
  world: EmulatedWorld,
  item: ConfigItem,
  { databases, endpoints, newFunctions }: SinkContext,
): void {
  const unknownKey = Object.keys(item)
    .sort()
    .find((key) => ![...sinkKeys, 'initial_backfill', 'active_backfills', 'id'].includes(key));
  if (unknownKey !== undefined) {
    throw new Rejection(invalidRequest(`Unknown field: ${unknownKey}`));
  }
  if (!databases.has(String(item['database']))) {
    throw new Rejection(notFound('database'));
  }
  const { type, http_endpoint: endpoint, hosts } = item['destination'] as ConfigItem;
  if (type === 'webhook' && !endpoints.has(endpoint)) {
    throw new Rejection(notFound('http endpoint'));
  }
  if (type === 'kafka' && !String(hosts).includes(':')) {
    const hostsError = 'must be a comma-separated list of host:port pairs with valid ports (1-65535)';
    throw new Rejection({
      status: 422,
      body: { code: null, summary: null, validation_errors: { sink: { hosts: [hostsError] } } },
    });
  }
  if (Number(item['batch_size'] ?? 1) > 1000) {
    throw new Rejection(invalidRequest('batch_size must be a positive integer <= 1000'));
  }
  const missingKey = ['filter', 'transform', 'enrichment', 'routing'].find((key) => {
    const name = item[key] ?? 'none';
    return name !== 'none' && !world.functions.has(name as string) && !newFunctions.has(name);
  });
  if (missingKey !== undefined) {
    throw new Rejection(invalidRequest(`Function '${String(item[missingKey])}' not found.`));
  }
}

function listInitialBackfills({ initial_backfill: initial, source }: ConfigItem): string[] {
  if (Array.isArray(initial)) {
    return initial.map(({ table }: { table: string }) => table);
  }
  return initial === true ? ((source as SinkJson['source'])?.include_tables ?? ['public.orders']) : [];
}

function addDefaults(destination: ConfigItem): ConfigItem {
  switch (destination['type']) {
    case 'redis_stream':
      return { database: 0, tls: false, ...destination };
    case 'webhook':
      return { batch: true, http_endpoint_path: null, ...destination };
    default:
      return destination;
  }
}

/** Renders a sink in the format of a plan. */
export function renderSink({ json, backfills }: Sink): ConfigItem {
  const unfinished = backfills.filter(({ isUnfinished }) => isUnfinished);
  return { ...omitFields(json, 'health'), active_backfills: unfinished.map((backfill) => backfill.json) };
}
