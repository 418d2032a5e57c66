import type { Backfill } from './Backfill.ts';
import type { Parameters } from './findRoute.ts';
import { errorDetail, invalidChange, invalidRequest, type JsonResponse, notFound } from './responses.ts';
import type { BackfillJson, BackfillState, SinkJson, SourceJson } from './sequinTypes.ts';
import type { Sink, World } from './World.ts';

const uuidPattern = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Allowed state transitions, from Sequin's `Backfill` schema. */
const transitions: Record<BackfillState, readonly BackfillState[]> = {
  active: ['paused', 'completed', 'failed', 'cancelled'],
  paused: ['active', 'cancelled'],
  completed: [],
  cancelled: [],
  failed: [],
};

/** Responds with all sinks. */
export function listSinks(world: World): JsonResponse {
  return { status: 200, body: { data: world.listSinks().map(renderSink) } };
}

/** Responds with a sink. */
export function showSink(world: World, idOrName: string): JsonResponse {
  const sink = world.findSink(idOrName);
  return sink ? { status: 200, body: renderSink(sink) } : notFound('consumer');
}

/** Changes the status of a sink. The sample server rejects all other fields as unknown; Sequin accepts most of them. */
export function updateSink(world: World, idOrName: string, parameters: Parameters): JsonResponse {
  const fields = omitFields(parameters, 'id_or_name');
  const sink = world.findSink(idOrName);
  if (!sink) {
    return notFound('consumer');
  }
  const rejection = rejectUnknownFields(fields, 'status');
  if (rejection) {
    return rejection;
  }
  const status = fields['status'] ?? sink.json.status;
  if (status !== 'active' && status !== 'paused' && status !== 'disabled') {
    return invalidChange('status', 'is invalid');
  }
  world.updateSink(sink.json.id, { status });
  return { status: 200, body: omitFields(renderSink(sink), 'health') };
}

/** Responds with the backfills of a sink, newest first. */
export function listBackfills(world: World, idOrName: string): JsonResponse {
  const sink = world.findSink(idOrName);
  if (!sink) {
    return notFound('consumer');
  }
  const data = sink.backfills.map(({ json }) => json).sort(compareNewestFirst);
  return { status: 200, body: { data } };
}

/** Responds with a backfill of a sink. */
export function showBackfill(world: World, idOrName: string, id = ''): JsonResponse {
  const sink = world.findSink(idOrName);
  if (!sink) {
    return notFound('consumer');
  }
  if (!uuidPattern.test(id)) {
    return errorDetail(400);
  }
  const backfill = sink.backfills.find(({ json }) => json.id === id.toLowerCase());
  return backfill ? { status: 200, body: backfill.json } : notFound('backfill');
}

/** Creates a backfill of a table in the source of a sink, unless the table has an unfinished one. */
export function createBackfill(world: World, idOrName: string, parameters: Parameters): JsonResponse {
  const { table: reference, ...fields } = omitFields(parameters, 'sink_id_or_name');
  const sink = world.findSink(idOrName);
  if (!sink) {
    return notFound('consumer');
  }
  const table = resolveTable(world, sink, reference);
  if (typeof table !== 'string') {
    return table;
  }
  const state = fields['state'] === undefined ? 'active' : fields['state'];
  const rejection = rejectUnknownFields(fields) ?? rejectState(state);
  if (rejection) {
    return rejection;
  }
  if (
    (state === 'active' || state === 'paused') &&
    sink.backfills.some(({ isUnfinished, json }) => isUnfinished && json.table === table)
  ) {
    return invalidChange('sink_consumer_id', 'already has an active backfill');
  }
  const created = world.addBackfill(sink.json.id, { table, state: state as BackfillState });
  return { status: 200, body: created.json };
}

/** Changes the state of a backfill, if Sequin allows the transition. */
export function updateBackfill(
  world: World,
  idOrName: string,
  id = '',
  parameters: Parameters,
): JsonResponse {
  const fields = omitFields(parameters, 'sink_id_or_name', 'id');
  const sink = world.findSink(idOrName);
  if (!sink) {
    return notFound('consumer');
  }
  if (!uuidPattern.test(id)) {
    return errorDetail(400);
  }
  const backfill = world.findBackfill(id);
  if (!backfill) {
    return notFound('backfill');
  }
  if (!sink.backfills.includes(backfill)) {
    return errorDetail(500);
  }
  return rejectUnknownFields(fields) ?? changeState(world, sink, backfill, fields);
}

function changeState(world: World, sink: Sink, backfill: Backfill, fields: Parameters): JsonResponse {
  const { state: currentState } = backfill.json;
  const newState = 'state' in fields ? fields['state'] : currentState;
  const rejection = rejectState(newState);
  if (rejection) {
    return rejection;
  }
  if (newState !== currentState) {
    const validStates = transitions[currentState];
    if (!validStates.includes(newState as BackfillState)) {
      const choices = validStates.join(', ') || 'none';
      return invalidChange(
        'state',
        `Invalid state transition from ${currentState} to ${String(newState)}. Valid transitions: ${choices}`,
      );
    }
    world.changeState(sink, backfill, newState as BackfillState);
  }
  return { status: 200, body: backfill.json };
}

/** Resolves a table reference to a table name, or to the error response. */
function resolveTable(world: World, { json: { source } }: Sink, reference: unknown): string | JsonResponse {
  const included = source?.include_tables ?? [];
  if (reference === undefined || reference === null) {
    const [only] = included;
    return only !== undefined && included.length === 1 ? only : invalidRequest('Table reference is required');
  }
  if (typeof reference !== 'string') {
    return errorDetail(500);
  }
  const name = reference.includes('.') ? reference : `public.${reference}`;
  if (!world.findTable(name)) {
    return invalidRequest(`Table ${reference} not found`);
  }
  if (source && !isInSource(source, name)) {
    return invalidRequest(`Table ${reference} not in sink's source configuration`);
  }
  return name;
}

function isInSource(source: SourceJson, table: string): boolean {
  const schema = table.slice(0, table.indexOf('.'));
  return (
    (source.include_schemas?.includes(schema) ?? true) &&
    (source.include_tables?.includes(table) ?? true) &&
    !source.exclude_schemas?.includes(schema) &&
    !source.exclude_tables?.includes(table)
  );
}

function rejectUnknownFields(fields: Parameters, allowedField = 'state'): JsonResponse | undefined {
  const unknown = Object.keys(fields)
    .sort()
    .find((field) => field !== allowedField);
  return unknown === undefined ? undefined : invalidRequest(`Unknown field: ${unknown}`);
}

function rejectState(state: unknown): JsonResponse | undefined {
  if (state === null) {
    return invalidChange('state', "can't be blank");
  }
  const isKnown = typeof state === 'string' && Object.hasOwn(transitions, state);
  return isKnown ? undefined : invalidChange('state', 'is invalid');
}

function renderSink({ json, backfills }: Sink): SinkJson {
  const { routing, health, ...fields } = json;
  const status = json.status === 'active' ? health?.status : 'paused';
  return {
    ...fields,
    ...(health && status && { health: { ...health, status } }),
    active_backfills: backfills.filter(({ isUnfinished }) => isUnfinished).map((backfill) => backfill.json),
    routing,
  };
}

function compareNewestFirst(a: BackfillJson, b: BackfillJson): number {
  return a.inserted_at === b.inserted_at
    ? compareTexts(b.id, a.id)
    : compareTexts(b.inserted_at, a.inserted_at);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Copies an object without some of its fields. */
export function omitFields(fields: object, ...names: string[]): Parameters {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
