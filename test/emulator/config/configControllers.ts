import { stringify } from 'yaml';
import { type Fields, omitFields } from '../../../src/sampleServer/fields.ts';
import type { Route } from '../../../src/sampleServer/findRoute.ts';
import type { Random } from '../../../src/sampleServer/Random.ts';
import { errorDetail, type JsonResponse } from '../../../src/sampleServer/responses.ts';
import type { ConfigItem, EmulatedWorld } from '../EmulatedWorld.ts';
import { type Change, Rejection } from './Change.ts';
import { type Config, readConfig } from './readConfig.ts';
import { renderDatabase } from './readDatabase.ts';
import { renderSink } from './readSink.ts';

/** Finds the route for a request about a configuration. */
export function findConfigRoute(
  world: EmulatedWorld,
  method: string,
  path: readonly string[],
): Route | undefined {
  switch (`${method} ${path.join('/')}`) {
    case 'POST config/plan':
      return (fields) => planConfig(world, fields);
    case 'POST config/apply':
      return (fields) => applyConfig(world, fields);
    case 'GET config/export':
      return () => exportConfig(world);
    default:
      return undefined;
  }
}

/**
 * Reports the changes of a configuration. Every existing resource is reported as updated, even if it doesn't change.
 */
function planConfig(world: EmulatedWorld, parameters: Fields): JsonResponse {
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
    return {
      status: 200,
      body: {
        changes: [...creates, ...updates, ...unchanged].map(toJson),
        actions: actions.map((description) => ({ description })),
      },
    };
  });
}

/** Applies a configuration. The response contains database passwords in clear text. */
function applyConfig(world: EmulatedWorld, parameters: Fields): JsonResponse {
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
    return { status: 200, body: { resources: listInternalResources(world) } };
  });
}

/** Exports the configuration with masked secrets. */
function exportConfig(world: EmulatedWorld): JsonResponse {
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
  return { status: 200, body: { yaml: `---\n${stringify(nonEmptySections, { nullStr: '' })}` } };
}

function handleConfig(
  world: EmulatedWorld,
  { yaml }: Fields,
  random: Random,
  respond: (config: Config) => JsonResponse,
): JsonResponse {
  if (typeof yaml !== 'string') {
    return errorDetail(400);
  }
  try {
    return respond(readConfig(world, yaml, random));
  } catch (error) {
    if (error instanceof Rejection) {
      return error.response;
    }
    // Sequin has no function clause for most values of a wrong type, so it responds with an internal error.
    return errorDetail(500);
  }
}

/** Lists all resources in the format of a plan. */
function listResources(world: EmulatedWorld): { type: string; item: ConfigItem }[] {
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

/** Lists all resources in the format of the response to an apply. */
function listInternalResources(world: EmulatedWorld): ConfigItem[] {
  return [
    world.account,
    ...world.users.values(),
    ...world.databases.map((database) => ({
      ...omitFields(database.json, 'replication_slots'),
      password: world.getDatabaseState(database).password,
    })),
    ...world.httpEndpoints.values(),
    ...world.functions.values(),
    ...world.sinks.map(({ json: { id, name, status } }) => ({ id, name, status, health: null })),
  ];
}

/** Returns the key by which Sequin finds a resource. */
function getKey(item: ConfigItem): string {
  return String(item['name'] ?? item['email']);
}
