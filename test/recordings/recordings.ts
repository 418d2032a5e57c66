import { readdirSync, readFileSync } from 'node:fs';
import type { BackfillJson } from '../emulator/sequinTypes.ts';

/** A request to a real Sequin server (v0.14.6, its token written as TOKEN) and what it answered. */
export interface Recording {
  name: string;
  request: {
    method: string;
    path: string;
    headers: Record<string, string | string[]>;
    /** A string is what was sent, anything else was sent as JSON, null means none. */
    body: unknown;
  };
  response: {
    status: number;
    headers: Record<string, string>;
    /** What was JSON. */
    body?: unknown;
    /** What was not. */
    body_text?: string;
    /** The list was longer than what is kept of it here. */
    cut?: true;
  };
  note?: string;
}

/** A backfill asked for every 500 ms while it ran, and what was done to it meanwhile. */
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
  /** The method of a request that was made at this time, and its body. */
  event?: string;
  body?: unknown;
}

/** Series of sinks that deliver as fast as they can. */
export const FAST_SERIES = [
  'c02-series-orders-redis',
  'g10-series-big-redis-pause-resume',
  'g11-series-orders-webhook',
  'g12-series-slow-webhook-cancel',
];

/** The names of all recordings, of every kind. */
export function recordingNames(): string[] {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.json'));
  return files.map((file) => file.slice(0, -'.json'.length)).sort();
}

/** A single exchange. */
export function readRecording(name: string): Recording {
  return read(name) as Recording;
}

/** A running backfill: a recording with `-series-` in its name, other than the `-create` one. */
export function readSeries(name: string): Series {
  return read(name) as Series;
}

/** Any recording as it lies in its file. */
export function read(name: string): unknown {
  return JSON.parse(readFileSync(`${import.meta.dirname}/${name}.json`, 'utf8'));
}
