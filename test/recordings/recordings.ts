import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BackfillJson } from '../../src/sampleServer/sequinTypes.ts';

/** A request to a real Sequin server (v0.14.6) and its response. The API token is replaced by TOKEN. */
export interface Recording {
  name: string;
  request: {
    method: string;
    path: string;
    headers: Record<string, string | string[]>;
    /** The body: a string was sent unchanged, any other value as JSON. Null if no body was sent. */
    body: unknown;
  };
  response: {
    status: number;
    headers: Record<string, string>;
    /** The body, if it was JSON. */
    body?: unknown;
    /** The body, if it was not JSON. */
    body_text?: string;
    /** Set if the end of a long list was removed from the recording. */
    cut?: true;
  };
  note?: string;
}

/**
 * A running backfill, fetched about every 500 ms, and the requests that changed it. Some recordings contain only the
 * samples that differ from the previous sample.
 */
export interface Series {
  name: string;
  sink: string;
  interval_ms: number;
  samples: Sample[];
}

interface Sample {
  t_ms: number;
  backfill?: BackfillJson;
  sink_status?: string;
  sink_health?: string;
  /** The method of a request made at this time; its body is in `body`. */
  event?: string;
  body?: unknown;
}

/** The names of the series of sinks that deliver at full speed. */
export const fastSeries = [
  'c02-series-orders-redis',
  'g10-series-big-redis-pause-resume',
  'g11-series-orders-webhook',
  'g12-series-slow-webhook-cancel',
];

/** The names of the series of backfills that ran to completion on a quiet server. */
export const quietSeries = [
  'c02-series-orders-redis',
  'g10-series-big-redis-pause-resume',
  'g11-series-orders-webhook',
  'hold-big-redis',
  'hold-slow-webhook',
];

/** The names of the series of backfills that ran to completion on a server with 20 running backfills. */
export const busySeries = ['real-big-redis', 'real-orders-redis'];

/** A request about a configuration. If it is `trimmed`, resources that don't matter were removed from the recording. */
export interface ConfigRecording {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly body: { readonly yaml?: string } | null;
  };
  readonly response: { readonly status: number; readonly body: unknown };
  readonly trimmed?: true;
}

/** Lists the names of the recordings of any kind in a folder; by default, in `test/recordings` itself. */
export function listRecordings(folder = '.'): string[] {
  const files = readdirSync(join(import.meta.dirname, folder)).filter((file) => file.endsWith('.json'));
  return files.map((file) => file.slice(0, -'.json'.length)).sort();
}

/** Reads a recording of any kind. */
export function read(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, `${name}.json`), 'utf8'));
}

/** Reads a recording of a single request. */
export function readRecording(name: string): Recording {
  return read(name) as Recording;
}

/** Reads a series: one of the lists above, or another recording with `-series-` in its name. */
export function readSeries(name: string): Series {
  return read(name) as Series;
}

/** Reads the body of a recorded response with metrics. */
export function readMetricsRecording(name: string): string {
  return readRecording(`metrics/${name}`).response.body_text ?? '';
}

/** Reads the recordings of plan, apply and export. */
export function readConfigRecordings(): ConfigRecording[] {
  return listRecordings('config').map((name) => read(`config/${name}`) as ConfigRecording);
}
