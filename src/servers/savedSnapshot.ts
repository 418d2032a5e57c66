import * as v from 'valibot';
import type { Backfill, RowCount } from '../model/Backfill.ts';
import type { Database, DatedConnectionTest } from '../model/Database.ts';
import type { BackfillDeliveries, DeliveryCounters } from '../model/deliveries/deliveries.ts';
import type { DeliveryFailure } from '../model/deliveryFailure.ts';
import { type HistoryEvent, type ProgressHistory, restartCauses } from '../model/history/history.ts';
import type { PaceEstimate } from '../model/progress/pace.ts';
import type { ProgressTrack } from '../model/progress/ProgressTrack.ts';
import type { Sink } from '../model/Sink.ts';
import type { BackfillEnd } from './Snapshot.ts';

// The format of a saved snapshot, validated as strictly as the views require. A file may be damaged, or written by
// another version of the extension.

/** Must be increased whenever the file format changes. Files with other versions are deleted. */
export const formatVersion = 10;

/**
 * The largest valid time, in milliseconds since the epoch. It is below JavaScript's limit of 8.64e15, so that the sum
 * of a time and a duration can still be formatted.
 */
const maxTime = 8e15;

const text = v.string();
const amount = v.pipe(v.number(), v.finite(), v.minValue(0));
const positive = v.pipe(amount, v.gtValue(0));
const time = v.pipe(v.number(), v.minValue(-maxTime), v.maxValue(maxTime));
/** The server's clock minus the local clock, in milliseconds; negative if the server's clock is behind. */
const clockSkew = time;
const list = <T>(item: v.GenericSchema<unknown, T>) => v.array(item);
/** A map with strings as keys, saved as a list of its entries. */
const mapOf = <T>(value: v.GenericSchema<unknown, T>) =>
  v.pipe(
    list(v.tuple([text, value])),
    v.transform((entries) => new Map(entries)),
  );
const names = v.nullable(list(text));

/** A bigint is saved as an object with its digits, because parsing all numbers of a file without loss is slow. */
const rowCount: v.GenericSchema<unknown, RowCount> = v.union([
  v.pipe(v.number(), v.integer(), v.minValue(0)),
  v.pipe(
    v.object({ $bigint: v.pipe(v.string(), v.regex(/^\d{1,19}$/)) }),
    v.transform(({ $bigint }) => BigInt($bigint)),
  ),
]);

const sink: v.GenericSchema<unknown, Sink> = v.object({
  id: text,
  name: text,
  status: text,
  database: v.nullable(text),
  destination: v.object({
    type: text,
    address: v.nullable(text),
    fields: v.record(text, v.union([text, v.number(), v.boolean()])),
  }),
  source: v.nullable(
    v.object({ includeSchemas: names, excludeSchemas: names, includeTables: names, excludeTables: names }),
  ),
  tables: list(text),
  settings: v.object({
    actions: names,
    filter: v.nullable(text),
    transform: v.nullable(text),
    enrichment: v.nullable(text),
    routing: v.nullable(text),
    batchSize: v.nullable(amount),
    messageGrouping: v.nullable(v.boolean()),
    maxRetryCount: v.nullable(amount),
    loadSheddingPolicy: v.nullable(text),
    timestampFormat: v.nullable(text),
  }),
  health: v.nullable(
    v.object({
      status: text,
      checks: list(v.object({ name: text, status: text, error: v.nullable(text) })),
    }),
  ),
});

const backfill: v.GenericSchema<unknown, Backfill> = v.object({
  id: text,
  sinkId: text,
  state: text,
  table: v.nullable(text),
  droppedTable: v.exactOptional(v.nullable(text)),
  sortColumn: v.nullable(text),
  rowsInitial: v.nullable(rowCount),
  rowsProcessed: rowCount,
  rowsIngested: rowCount,
  insertedAt: time,
  updatedAt: time,
  completedAt: v.nullable(time),
  canceledAt: v.nullable(time),
});

const pace: v.GenericSchema<unknown, PaceEstimate> = v.object({
  level: v.number(),
  ramp: v.number(),
  levelVariance: amount,
  covariance: v.number(),
  rampVariance: amount,
  scale: amount,
  pageCount: amount,
  stepCount: amount,
  observedMs: amount,
});

const progressTrack: v.GenericSchema<unknown, ProgressTrack> = v.object({
  observedAt: time,
  updatedAt: time,
  startedAt: time,
  pausedSince: v.nullable(time),
  pausedMs: amount,
  longestIdleMs: amount,
  lastUpdate: v.nullable(v.object({ at: time, rows: positive, pageRows: positive })),
  rereadRows: amount,
  restartCount: amount,
  pace: v.nullable(pace),
  displayedFinish: v.nullable(v.object({ at: time, factor: v.pipe(v.number(), v.minValue(1)) })),
});

const eventTime = { at: time, notBefore: v.exactOptional(time) };
const origin = v.picklist(['itself', 'sink']);
const event: v.GenericSchema<unknown, HistoryEvent> = v.variant('kind', [
  v.object({ kind: v.literal('created'), at: time }),
  v.object({ kind: v.literal('counted'), rows: rowCount, ...eventTime }),
  v.object({ kind: v.literal('firstRows'), ...eventTime }),
  v.object({ kind: v.literal('paused'), by: origin, ...eventTime }),
  v.object({ kind: v.literal('resumed'), by: origin, ...eventTime }),
  v.object({
    kind: v.literal('restarted'),
    cause: v.picklist(restartCauses),
    ...eventTime,
  }),
  v.object({ kind: v.literal('stalled'), from: time, to: time }),
  v.object({ kind: v.literal('unobserved'), from: time, to: time }),
  v.object({ kind: v.literal('finished'), state: text, ...eventTime }),
]);

const history: v.GenericSchema<unknown, ProgressHistory> = v.object({
  observedAt: time,
  firstObservedAt: time,
  samples: v.pipe(
    list(amount),
    v.check((encoded) => encoded.length % 2 === 0),
    v.transform((encoded) => decodeSamples(encoded)),
    v.check((samples) => (samples.at(-1)?.at ?? 0) <= maxTime),
  ),
  events: list(event),
});

/**
 * Encodes samples as two numbers each: the milliseconds since the previous sample (for the first one, since the epoch),
 * and the rows.
 */
export function encodeSamples(samples: ProgressHistory['samples']): number[] {
  return samples.flatMap(({ at, rows }, index) => [at - (samples[index - 1]?.at ?? 0), rows]);
}

function decodeSamples(encoded: readonly number[]): ProgressHistory['samples'] {
  let at = 0;
  return encoded.flatMap((number, index) => {
    at += index % 2 === 0 ? number : 0;
    return index % 2 === 0 ? [] : [{ at, rows: number }];
  });
}

const deliveryFailure: v.GenericSchema<unknown, DeliveryFailure> = v.object({
  since: time,
  notBefore: v.nullable(time),
  until: v.nullable(time),
});

const database: v.GenericSchema<unknown, Database> = v.object({
  id: text,
  name: text,
  hostname: v.nullable(text),
  port: v.nullable(v.pipe(v.number(), v.integer())),
  database: v.nullable(text),
});

const connectionTest: v.GenericSchema<unknown, DatedConnectionTest> = v.variant('isPassed', [
  v.object({ isPassed: v.literal(true), testedAt: time }),
  v.object({ isPassed: v.literal(false), reason: v.nullable(text), testedAt: time }),
]);

const deliveries: v.GenericSchema<unknown, BackfillDeliveries> = v.object({
  sinkId: text,
  delivered: amount,
  failed: amount,
  isComplete: v.boolean(),
  isFinal: v.boolean(),
  line: list(v.tuple([time, amount])),
});

const counters: v.GenericSchema<unknown, DeliveryCounters> = v.object({ delivered: amount, failed: amount });

/** Sequin's metrics, with the latest sample, from which the next session continues to count. */
const metrics = v.object({
  url: v.pipe(text, v.url()),
  sample: v.object({ at: time, counters: mapOf(counters) }),
  ofBackfills: mapOf(deliveries),
});
export type SavedMetrics = Readonly<v.InferOutput<typeof metrics>>;

const end: v.GenericSchema<unknown, BackfillEnd> = v.object({
  kind: v.picklist(['finished', 'deleted']),
  backfill,
  // JSON omits an undefined sink. The default adds the property again.
  sink: v.optional(sink, () => undefined),
});

export const savedSnapshotSchema = v.object({
  version: v.literal(formatVersion),
  loadedAt: time,
  clockSkewMs: clockSkew,
  sinks: list(sink),
  backfills: list(backfill),
  progressTracks: mapOf(progressTrack),
  progressHistories: mapOf(history),
  deliveryFailures: mapOf(v.pipe(list(deliveryFailure), v.readonly())),
  unreportedEnds: list(end),
  databases: list(database),
  connectionTests: mapOf(connectionTest),
  /** Null if there are no metrics. */
  metrics: v.nullable(metrics),
});
export type SavedSnapshot = v.InferOutput<typeof savedSnapshotSchema>;
