import type { BackfillJson, SinkJson } from '../../src/sampleServer/sequinTypes.ts';
import { isRecord } from '../../src/shared/guards.ts';
import type { HttpResponse } from './httpResponse.ts';

/**
 * The Sequin version that introduced each feature of the API. Deliberately independent of the extension's table, so
 * that a test can compare the two.
 */
const introducedIn = {
  health: [0, 8, 10],
  active_backfills: [0, 8, 20],
  table: [0, 8, 20],
  paused: [0, 13, 6],
} as const;

/** The features that a version doesn't have yet. */
export type MissingFeatures = ReadonlySet<keyof typeof introducedIn>;

/** The features missing in `version`: none if it is null or not a release, such as `lab`. */
export function getFeaturesMissingIn(version: string | null): MissingFeatures {
  const numbers = /^(\d+)\.(\d+)\.(\d+)/
    .exec(version ?? '')
    ?.slice(1)
    .map(Number);
  if (!numbers) {
    return new Set();
  }
  const names = Object.keys(introducedIn) as (keyof typeof introducedIn)[];
  return new Set(names.filter((name) => isBefore(numbers, introducedIn[name])));
}

function isBefore(version: readonly number[], since: readonly number[]): boolean {
  const position = since.findIndex((number, index) => number !== version[index]);
  return position >= 0 && (version[position] ?? 0) < (since[position] ?? 0);
}

/** Replaces the state `paused` in a request body with an unknown state if the version doesn't have `paused` yet. */
export function adaptRequestBody(body: string, missingFeatures: MissingFeatures): string {
  return missingFeatures.has('paused')
    ? body.replaceAll(/"state"\s*:\s*"paused"/g, '"state":"unknown"')
    : body;
}

/** Removes the fields that the version doesn't have yet from the sinks and backfills in a response. */
export function adaptResponse(response: HttpResponse, missingFeatures: MissingFeatures): HttpResponse {
  if (response.status !== 200 || missingFeatures.size === 0) {
    return response;
  }
  const adapt = (_key: string, value: unknown): unknown => {
    if (isSink(value)) {
      return adaptSink(value, missingFeatures);
    }
    return isBackfill(value) ? adaptBackfill(value, missingFeatures) : value;
  };
  return { ...response, body: JSON.stringify(JSON.parse(response.body, adapt)) };
}

/** Before 0.8.20, a sink has only its newest unfinished backfill. */
function adaptSink(
  { health, active_backfills: backfills, ...fields }: SinkJson,
  missing: MissingFeatures,
): object {
  const [newest = null] = backfills.toSorted(
    (a, b) => b.inserted_at.localeCompare(a.inserted_at) || b.id.localeCompare(a.id),
  );
  return {
    ...fields,
    ...(health && !missing.has('health') && { health }),
    ...(missing.has('active_backfills') ? { active_backfill: newest } : { active_backfills: backfills }),
  };
}

function adaptBackfill({ table, ...fields }: BackfillJson, missing: MissingFeatures): object {
  return missing.has('table') ? fields : { table, ...fields };
}

/** Whether a value in a response is a sink of the current version. */
export function isSink(value: unknown): value is SinkJson {
  return isRecord(value) && 'active_backfills' in value;
}

function isBackfill(value: unknown): value is BackfillJson {
  return isRecord(value) && 'sink_consumer' in value;
}
