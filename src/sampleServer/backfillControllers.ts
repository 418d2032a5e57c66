import type { Backfill } from './Backfill.ts';
import { type Fields, omitFields, rejectUnknownFields } from './fields.ts';
import { errorDetail, invalidChange, invalidRequest, type JsonResponse } from './responses.ts';
import type { BackfillJson, BackfillState, SourceJson } from './sequinTypes.ts';
import type { Sink, World } from './World.ts';

/** Allowed state transitions, from Sequin's `Backfill` schema. */
const transitions: Record<BackfillState, readonly BackfillState[]> = {
  active: ['paused', 'completed', 'failed', 'cancelled'],
  paused: ['active', 'cancelled'],
  completed: [],
  cancelled: [],
  failed: [],
};

/** Responds with the backfills of a sink, newest first. */
export function listBackfills({ backfills }: Sink): JsonResponse {
  const data = backfills.map(({ json }) => json).sort(compareNewestFirst);
  return { status: 200, body: { data } };
}

/** Responds with a backfill. */
export function showBackfill({ json }: Backfill): JsonResponse {
  return { status: 200, body: json };
}

/** Creates a backfill of a table in the source of a sink, unless the table has an unfinished backfill. */
export function createBackfill(world: World, sink: Sink, parameters: Fields): JsonResponse {
  const { table: reference, ...fields } = omitFields(parameters, 'sink_id_or_name');
  const table = resolveTable(world, sink, reference);
  if (typeof table !== 'string') {
    return table;
  }
  const state = fields['state'] === undefined ? 'active' : fields['state'];
  const rejection = rejectUnknownFields(fields, 'state') ?? rejectState(state);
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
  sink: Sink,
  backfill: Backfill,
  parameters: Fields,
): JsonResponse {
  const fields = omitFields(parameters, 'sink_id_or_name', 'id');
  const { state: currentState } = backfill.json;
  const newState = 'state' in fields ? fields['state'] : currentState;
  const rejection = rejectUnknownFields(fields, 'state') ?? rejectState(newState);
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

/** Resolves a table reference to a table name, or to an error response. */
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

function rejectState(state: unknown): JsonResponse | undefined {
  if (state === null) {
    return invalidChange('state', "can't be blank");
  }
  const isKnown = typeof state === 'string' && Object.hasOwn(transitions, state);
  return isKnown ? undefined : invalidChange('state', 'is invalid');
}

function compareNewestFirst(a: BackfillJson, b: BackfillJson): number {
  return a.inserted_at === b.inserted_at
    ? compareStrings(b.id, a.id)
    : compareStrings(b.inserted_at, a.inserted_at);
}

function compareStrings(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
