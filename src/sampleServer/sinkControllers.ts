import { type Fields, omitFields, rejectUnknownFields } from './fields.ts';
import { invalidChange, type JsonResponse } from './responses.ts';
import type { SinkJson } from './sequinTypes.ts';
import type { Sink, World } from './World.ts';

/** Responds with all sinks. */
export function listSinks(world: World): JsonResponse {
  return { status: 200, body: { data: world.listSinks().map(renderSink) } };
}

/** Responds with a sink. */
export function showSink(sink: Sink): JsonResponse {
  return { status: 200, body: renderSink(sink) };
}

/** Changes the status of a sink. The sample server rejects all other fields as unknown; Sequin accepts most of them. */
export function updateSink(world: World, sink: Sink, parameters: Fields): JsonResponse {
  const fields = omitFields(parameters, 'id_or_name');
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
