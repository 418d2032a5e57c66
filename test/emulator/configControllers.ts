import type { YAMLParseError } from 'yaml';
import { parse, stringify } from 'yaml';
import { omitFields } from '../../src/sampleServer/controllers.ts';
import { allTables, createSinkJson } from '../../src/sampleServer/defaults.ts';
import type { Random } from '../../src/sampleServer/Random.ts';
import {
  type ApiResponse,
  errorPage,
  invalidRequest,
  json,
  notFound,
} from '../../src/sampleServer/responses.ts';
import type { Parameters, Route } from '../../src/sampleServer/routes.ts';
import type { DatabaseJson, SinkJson } from '../../src/sampleServer/sequinTypes.ts';
import type { ConfigItem, Sink, World } from '../../src/sampleServer/World.ts';
import { mask } from './mask.ts';

/** A change of one resource, as a plan reports it, with the function that performs it. */
interface Change {
  readonly type: string;
  readonly old: ConfigItem | null;
  readonly new: ConfigItem;
  readonly apply: () => void;
}

/** What a configuration changes, and what else Sequin does when it is applied. */
interface Config {
  readonly changes: readonly Change[];
  readonly actions: readonly string[];
}

/** Response times in ms, measured on a real server with two cores. The recordings don't contain durations. */
const planMs = 130;
const applyMs = 60;
const exportMs = 40;

/** Thrown for a configuration that Sequin rejects. */
class Rejection extends Error {
  readonly response: ApiResponse;

  constructor(response: ApiResponse) {
    super();
    this.response = response;
  }
}

/** Finds the route of a request about a configuration. */
export function findConfigRoute(method: string, path: readonly string[]): Route | undefined {
  switch (`${method} ${path.join('/')}`) {
    case 'POST plan':
      return planConfig;
    case 'POST apply':
      return applyConfig;
    case 'GET export':
      return exportConfig;
    default:
      return undefined;
  }
}

/** Reports the changes of a configuration: every resource of the account is an update, changed or not. */
function planConfig(world: World, parameters: Parameters): ApiResponse {
  return handleConfig(world, parameters, world.responseRandom, ({ changes, actions }) => {
    const changed = new Set(changes.map((change) => `${change.type} ${getKey(change.new)}`));
    const unchanged = listResources(world)
      .filter(({ type, item }) => !changed.has(`${type} ${getKey(item)}`))
      .map(({ type, item }) => ({ type, old: item, new: item }));
    const creates = changes.filter((change) => change.old === null);
    const updates = changes.filter((change) => change.old !== null);
    const toJson = (change: Omit<Change, 'apply'>) => ({
      new: change.new,
      old: change.old,
      action: change.old === null ? 'create' : 'update',
      resource_type: change.type,
    });
    return json(
      200,
      {
        changes: [...creates, ...updates, ...unchanged].map(toJson),
        actions: actions.map((description) => ({ description })),
      },
      planMs,
    );
  });
}

/** Applies a configuration. The response has the passwords of databases in clear text. */
function applyConfig(world: World, parameters: Parameters): ApiResponse {
  return handleConfig(world, parameters, world.random, ({ changes }) => {
    changes.forEach(({ apply }) => {
      apply();
    });
    const restarted = changes.map(({ type, new: item }) =>
      type === 'database' ? item['name'] : item['database'],
    );
    for (const name of new Set(restarted)) {
      world.restartReplicationOf(String(name));
    }
    return json(200, { resources: listInternalResources(world) }, applyMs);
  });
}

/** Exports the configuration with masked secrets. */
function exportConfig(world: World): ApiResponse {
  const listItems = (type: string): ConfigItem[] =>
    listResources(world)
      .filter((resource) => resource.type === type)
      .map(({ item }) => omitFields(item, 'id'));
  const sections = {
    databases: listItems('database'),
    functions: listItems('function'),
    http_endpoints: listItems('http_endpoint'),
    sinks: listItems('sink'),
  };
  const nonEmptySections = Object.fromEntries(
    Object.entries(sections).filter(([, items]) => items.length > 0),
  );
  return json(200, { yaml: `---\n${stringify(nonEmptySections, { nullStr: '' })}` }, exportMs);
}

function handleConfig(
  world: World,
  { yaml }: Parameters,
  random: Random,
  respond: (config: Config) => ApiResponse,
): ApiResponse {
  if (typeof yaml !== 'string') {
    return errorPage(400, 'json');
  }
  try {
    return respond(readConfig(world, parseYaml(yaml), random));
  } catch (error) {
    if (error instanceof Rejection) {
      return error.response;
    }
    // Sequin has no clause for most values of a wrong type.
    return errorPage(500, 'json');
  }
}

/** Parses YAML. The text of every syntax error is that of the recorded one, with its position. */
function parseYaml(yaml: string): ConfigItem {
  try {
    return (parse(yaml) ?? {}) as ConfigItem;
  } catch (error) {
    const { line, col } = (error as YAMLParseError).linePos?.[0] ?? { line: 1, col: 1 };
    throw new Rejection(
      json(400, { summary: `Invalid YAML: Unfinished flow collection (line: ${line}, column: ${col})` }),
    );
  }
}

/** Reads a configuration, and creates random ids for new resources. */
function readConfig(world: World, file: ConfigItem, random: Random): Config {
  if ('account' in file) {
    throw new Rejection(
      json(400, {
        summary: 'Account configuration only supported when self hosting and using a config file on boot.',
      }),
    );
  }
  const actions: string[] = [];
  const getItems = (key: string): ConfigItem[] => (file[key] as ConfigItem[] | undefined) ?? [];
  const databases = getItems('databases').map((item) => readDatabase(world, item, random, actions));
  const endpoints = getItems('http_endpoints').map((item) => readEndpoint(world, item, random));
  const functions = getItems('functions').map((item) => readFunction(world, item));
  const context = {
    databases: new Set([
      ...world.databases.map((database) => database.json.name),
      ...databases.map((change) => String(change.new['name'])),
    ]),
    endpoints: new Set([...world.httpEndpoints.keys(), ...endpoints.map((change) => change.new['name'])]),
    newFunctions: new Set(functions.filter(({ old }) => old === null).map((change) => change.new['name'])),
  };
  // The later of two sinks with the same name wins (recording y04-34).
  const sinks = new Map(
    getItems('sinks').map((item) => [item['name'], readSink(world, item, random, context, actions)]),
  );
  const users = getItems('users')
    .filter(({ email }) => !world.users.has(String(email)))
    .map((item) => readUser(world, item, random));
  return { changes: [...databases, ...endpoints, ...functions, ...sinks.values(), ...users], actions };
}

function readDatabase(world: World, item: ConfigItem, random: Random, actions: string[]): Change {
  const name = String(item['name']);
  const existing = world.findDatabase(name);
  const slot = (item['slot'] as ConfigItem | undefined)?.['name'] ?? item['slot_name'];
  const publication = (item['publication'] as ConfigItem | undefined)?.['name'] ?? item['publication_name'];
  const [current] = existing?.json.replication_slots ?? [];
  if (item['hostname'] === undefined && item['url'] === undefined) {
    throw new Rejection(
      json(400, { summary: `Error creating database '${name}': \n- hostname: can't be blank` }),
    );
  }
  if (current !== undefined && typeof slot === 'string' && slot !== current.slot_name) {
    throw new Rejection(
      invalidRequest(
        `Updating a database's replication slot is not supported. You can update in the Sequin web console. (Current slot name: ${current.slot_name}, new slot name: ${slot})`,
      ),
    );
  }
  if (existing === undefined) {
    for (const [kind, value, key] of [
      ['publication', publication, 'publication'],
      ['replication slot', slot, 'slot'],
    ] as const) {
      if ((item[key] as ConfigItem | undefined)?.['create_if_not_exists'] === true) {
        actions.push(`Ensure ${kind} \`${String(value)}\` exists`);
      }
    }
  }
  const { password = existing?.password ?? 'postgres' } = item;
  const fields = {
    ...(existing?.json ?? {
      ssl: false,
      ipv6: false,
      pool_size: 10,
      username: 'postgres',
      use_local_tunnel: false,
    }),
    ...pick(item, ['hostname', 'username', 'database', 'pool_size', 'ssl', 'ipv6', 'use_local_tunnel']),
    name,
    // An omitted port is reset (recording y04-23).
    port: (item['port'] as number | undefined) ?? 5432,
    password: mask(String(password)),
    replication_slots: [
      current ?? {
        id: name,
        status: 'active',
        slot_name: String(slot),
        publication_name: String(publication),
      },
    ],
  } as Partial<DatabaseJson> & { name: string };
  const id = existing?.json.id ?? random.uuid();
  return {
    type: 'database',
    old: existing === undefined ? null : renderDatabase(existing.json),
    new: renderDatabase({ ...fields, id } as DatabaseJson),
    apply: () => {
      const database = existing ?? world.addDatabase({ ...fields, id });
      Object.assign(database.json, fields);
      database.password = String(password);
    },
  };
}

function renderDatabase({ replication_slots, ...json }: DatabaseJson): ConfigItem {
  const [slot] = replication_slots;
  const keys = ['id', 'name', 'port', 'ssl', 'ipv6', 'hostname', 'password', 'pool_size', 'username'];
  return {
    ...pick(json, [...keys, 'database', 'use_local_tunnel']),
    slot: { name: slot?.slot_name },
    publication: { name: slot?.publication_name },
  };
}

function readEndpoint(world: World, item: ConfigItem, random: Random): Change {
  const name = String(item['name']);
  const existing = world.httpEndpoints.get(name);
  const secrets = Object.entries((item['encrypted_headers'] as Record<string, string> | undefined) ?? {});
  const planned = {
    id: existing?.['id'] ?? random.uuid(),
    name,
    headers: item['headers'] ?? {},
    url: item['url'],
    encrypted_headers: Object.fromEntries(secrets.map(([key, value]) => [key, mask(value)])),
  };
  return {
    type: 'http_endpoint',
    old: existing ?? null,
    new: planned,
    apply: () => {
      world.httpEndpoints.set(name, planned);
    },
  };
}

function readFunction(world: World, item: ConfigItem): Change {
  const name = String(item['name']);
  const body = { ...item, ...(item['function'] as ConfigItem | undefined) };
  if ('file' in body) {
    throw new Rejection(
      json(400, {
        summary:
          '`file` parameter found. This might indicate your CLI version is out of date. Please update to the latest version.',
      }),
    );
  }
  const planned = { ...pick(body, ['code', 'path', 'sink_type', 'type']), name, description: null };
  return {
    type: 'function',
    old: world.functions.get(name) ?? null,
    new: planned,
    apply: () => {
      world.functions.set(name, planned);
    },
  };
}

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

/** The names that sinks can refer to. `newFunctions` are those that the same file adds. */
interface SinkContext {
  readonly databases: ReadonlySet<string>;
  readonly endpoints: ReadonlySet<unknown>;
  readonly newFunctions: ReadonlySet<unknown>;
}

function readSink(
  world: World,
  item: ConfigItem,
  random: Random,
  context: SinkContext,
  actions: string[],
): Change {
  checkSink(world, item, context);
  const name = String(item['name']);
  const existing = world.findSink(name);
  const old = existing && renderSink(existing);
  const source = item['source'] as Partial<SinkJson['source']> | undefined;
  const functions = ['filter', 'transform', 'routing'].map((key) => {
    // A plan doesn't find a function of the same file (recording y04-60).
    const value = item[key];
    return [key, value === undefined || context.newFunctions.has(value) ? 'none' : value];
  });
  const planned: ConfigItem = {
    ...(old ?? renderSink({ json: createSinkJson(random.uuid(), name, 'active'), backfills: [] })),
    ...pick(item, sinkKeys),
    ...(Object.fromEntries(functions) as ConfigItem),
    source: source === undefined ? (old?.['source'] ?? allTables) : { ...allTables, ...source },
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

/** @throws Rejection for a sink that Sequin rejects */
function checkSink(
  world: World,
  item: ConfigItem,
  { databases, endpoints, newFunctions }: SinkContext,
): void {
  const unknown = Object.keys(item)
    .sort()
    .find((key) => ![...sinkKeys, 'initial_backfill', 'active_backfills', 'id'].includes(key));
  if (unknown !== undefined) {
    throw new Rejection(invalidRequest(`Unknown field: ${unknown}`));
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
    throw new Rejection(
      json(422, { code: null, summary: null, validation_errors: { sink: { hosts: [hostsError] } } }),
    );
  }
  if (Number(item['batch_size'] ?? 1) > 1000) {
    throw new Rejection(invalidRequest('batch_size must be a positive integer <= 1000'));
  }
  const reference = ['filter', 'transform', 'enrichment', 'routing'].find((key) => {
    const name = item[key] ?? 'none';
    return name !== 'none' && !world.functions.has(name as string) && !newFunctions.has(name);
  });
  if (reference !== undefined) {
    throw new Rejection(invalidRequest(`Function '${String(item[reference])}' not found.`));
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

function renderSink({ json, backfills }: Sink): ConfigItem {
  const unfinished = backfills.filter(({ isUnfinished }) => isUnfinished);
  return { ...omitFields(json, 'health'), active_backfills: unfinished.map((backfill) => backfill.json) };
}

function readUser(world: World, { email }: ConfigItem, random: Random): Change {
  const created = { id: random.uuid(), password: null, email };
  return {
    type: 'user',
    old: null,
    new: created,
    apply: () => {
      world.users.set(String(email), created);
    },
  };
}

/** Lists all resources in the form of a plan. */
function listResources(world: World): { type: string; item: ConfigItem }[] {
  const addType = (type: string, items: Iterable<ConfigItem>) => [...items].map((item) => ({ type, item }));
  return [
    ...addType('account', [world.account]),
    ...addType('user', world.users.values()),
    ...addType(
      'database',
      world.databases.map((database) => renderDatabase(database.json)),
    ),
    ...addType('http_endpoint', world.httpEndpoints.values()),
    ...addType('function', world.functions.values()),
    ...addType('sink', world.sinks.map(renderSink)),
  ];
}

/** Lists all resources as in the response to an apply. */
function listInternalResources(world: World): ConfigItem[] {
  return [
    world.account,
    ...world.users.values(),
    ...world.databases.map(({ json, password = 'postgres' }) => ({
      ...omitFields(json, 'replication_slots'),
      password,
    })),
    ...world.httpEndpoints.values(),
    ...world.functions.values(),
    ...world.sinks.map(({ json: { id, name, status } }) => ({ id, name, status, health: null })),
  ];
}

function pick(item: ConfigItem, keys: readonly string[]): ConfigItem {
  return Object.fromEntries(keys.filter((key) => item[key] !== undefined).map((key) => [key, item[key]]));
}

/** Returns the key by which Sequin finds a resource. */
function getKey(item: ConfigItem): string {
  return String(item['name'] ?? item['email']);
}
