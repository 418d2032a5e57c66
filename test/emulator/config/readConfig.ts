import type { YAMLParseError } from 'yaml';
import { parse } from 'yaml';
import type { Random } from '../../../src/sampleServer/Random.ts';
import type { ConfigItem, EmulatedWorld } from '../EmulatedWorld.ts';
import { mask } from '../mask.ts';
import { type Change, pick, Rejection } from './Change.ts';
import { readDatabase } from './readDatabase.ts';
import { readSink } from './readSink.ts';

/** The changes of a configuration, and the further actions that Sequin performs when it applies the configuration. */
export interface Config {
  readonly changes: readonly Change[];
  readonly actions: readonly string[];
}

/**
 * Reads a configuration, and creates random ids for new resources.
 * @throws Rejection for a configuration that Sequin rejects
 */
export function readConfig(world: EmulatedWorld, yaml: string, random: Random): Config {
  const file = parseYaml(yaml);
  if ('account' in file) {
    throw new Rejection({
      status: 400,
      body: {
        summary: 'Account configuration only supported when self hosting and using a config file on boot.',
      },
    });
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
  // If two sinks have the same name, Sequin uses the later one (recording y04-34).
  const sinks = new Map(
    getItems('sinks').map((item) => [item['name'], readSink(world, item, random, context, actions)]),
  );
  const users = getItems('users')
    .filter(({ email }) => !world.users.has(String(email)))
    .map((item) => readUser(world, item, random));
  return { changes: [...databases, ...endpoints, ...functions, ...sinks.values(), ...users], actions };
}

/** Parses YAML. Reports every syntax error with its position, but always with the same message, which was recorded. */
function parseYaml(yaml: string): ConfigItem {
  try {
    return (parse(yaml) ?? {}) as ConfigItem;
  } catch (error) {
    const { line, col } = (error as YAMLParseError).linePos?.[0] ?? { line: 1, col: 1 };
    throw new Rejection({
      status: 400,
      body: { summary: `Invalid YAML: Unfinished flow collection (line: ${line}, column: ${col})` },
    });
  }
}

function readEndpoint(world: EmulatedWorld, item: ConfigItem, random: Random): Change {
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

function readFunction(world: EmulatedWorld, item: ConfigItem): Change {
  const name = String(item['name']);
  const body = { ...item, ...(item['function'] as ConfigItem | undefined) };
  if ('file' in body) {
    throw new Rejection({
      status: 400,
      body: {
        summary:
          '`file` parameter found. This might indicate your CLI version is out of date. Please update to the latest version.',
      },
    });
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

function readUser(world: EmulatedWorld, { email }: ConfigItem, random: Random): Change {
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
