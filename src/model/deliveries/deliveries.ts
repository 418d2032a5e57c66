import { type Backfill, getFinishTime, isUnfinished } from '../Backfill.ts';
import { type DeliveryLine, extendLine } from './deliveryLine.ts';

/**
 * The numbers of a sink's deliveries, from Sequin's metrics (recordings y30 to y37). They include live changes and rows
 * that were read again.
 */
export interface DeliveryCounters {
  /** The number of messages that the destination accepted. */
  readonly delivered: number;
  /** The number of messages in failed attempts. Each attempt counts. */
  readonly failed: number;
}

/** The deliveries of all sinks since the server started, from one response of the metrics. */
export interface DeliverySample {
  /** The local time of the request, in milliseconds since the epoch. The counters include all deliveries until then. */
  readonly at: number;
  /** By sink id. */
  readonly counters: ReadonlyMap<string, DeliveryCounters>;
}

/** The deliveries of a sink while one of its backfills was unfinished. */
export interface BackfillDeliveries extends DeliveryCounters {
  readonly sinkId: string;
  /**
   * Whether no deliveries are missing. This requires that the first sample is from before the first rows, that no
   * counter was reset since then, that no gap between samples was long enough to hide a reset, and that a sample was
   * requested soon after the finish. Otherwise, the numbers are minimums.
   */
  readonly isComplete: boolean;
  /** Whether the numbers are final, because a sample was requested after the backfill finished. */
  readonly isFinal: boolean;
  /** The deliveries over time. */
  readonly line: DeliveryLine;
}

/** The rates of a sink over the latest samples. */
export interface DeliveryRates {
  readonly deliveredPerSecond: number;
  readonly failedPerSecond: number;
}

/** What is known about deliveries from the samples so far. Immutable. */
export interface Deliveries {
  /** The latest samples, oldest first. */
  readonly samples: readonly DeliverySample[];
  /**
   * The rates of all sinks with counters in the latest sample, by sink id. The rates of a sink without recent
   * deliveries are 0. Empty if there are fewer than two samples.
   */
  readonly rates: ReadonlyMap<string, DeliveryRates>;
  /** The deliveries of backfills, by backfill id. */
  readonly ofBackfills: ReadonlyMap<string, BackfillDeliveries>;
}

export const noDeliveries: Deliveries = { samples: [], rates: new Map(), ofBackfills: new Map() };

/** The sinks and backfills at the time of a sample. */
interface SampleContext {
  /** The ids of all sinks that exist. */
  readonly sinkIds: { has(id: string): boolean };
  readonly backfills: Iterable<Backfill>;
  /** The ids of the backfills with a chart. Other backfills need no line after their finish. */
  readonly chartedIds: { has(id: string): boolean };
  /** The server's clock minus the local clock, in milliseconds. */
  readonly clockSkewMs: number;
}

/**
 * Rates are computed over this time, in milliseconds, or over a longer time if the samples are further apart. The time
 * covers several batches of deliveries, which arrive a few seconds apart.
 */
const rateWindowMs = 30_000;

/** The count of a backfill's deliveries may begin up to this time before the backfill is created, in milliseconds. */
const maxStartLeadMs = 30_000;

/**
 * If two samples are further apart than this, in milliseconds, the server may have restarted unnoticed between them.
 */
const maxGapMs = 10 * 60_000;

/** A sample counts for a backfill up to this time after the backfill's finish, in milliseconds. */
const maxFinalDelayMs = 2 * 60_000;

/** The shortest time from the creation of a backfill to its first rows, in milliseconds (recording c02). */
const firstRowsMs = 3_000;

const noCounters: DeliveryCounters = { delivered: 0, failed: 0 };

/**
 * Adds a sample. Updates the deliveries of unfinished backfills, and of backfills that finished since the previous
 * sample. Drops the deliveries of all backfills that aren't in `backfills`.
 */
export function addDeliverySample(
  previous: Deliveries,
  sample: DeliverySample,
  { sinkIds, backfills, chartedIds, clockSkewMs }: SampleContext,
): Deliveries {
  const previousSample = previous.samples.at(-1);
  const isReset = previousSample !== undefined && wasReset(previousSample, sample, sinkIds);
  const isGap = previousSample !== undefined && sample.at - previousSample.at > maxGapMs;
  const mayMissDeliveries = isReset || isGap;
  const ofBackfills = new Map<string, BackfillDeliveries>();
  for (const backfill of backfills) {
    const existing = previous.ofBackfills.get(backfill.id);
    const startedAt = backfill.insertedAt - clockSkewMs;
    const finishTime = getFinishTime(backfill);
    const updated =
      existing === undefined
        ? startCounting(backfill, startedAt, mayMissDeliveries ? undefined : previousSample, sample)
        : continueCounting(existing, {
            at: sample.at,
            increase: getIncrease(isReset ? undefined : previousSample, sample, backfill.sinkId),
            finishedAt: finishTime === undefined ? undefined : finishTime - clockSkewMs,
            mayMissDeliveries,
          });
    if (updated !== undefined) {
      const needsLine = !updated.isFinal || chartedIds.has(backfill.id);
      ofBackfills.set(backfill.id, needsLine ? updated : { ...updated, line: [] });
    }
  }
  const recent = previous.samples.filter(
    (other) => other.at < sample.at && (sample.at - other.at <= rateWindowMs || other === previousSample),
  );
  const samples = [...(mayMissDeliveries ? [] : recent), sample];
  return { samples, rates: computeRates(samples), ofBackfills };
}

/**
 * Starts to count from the previous sample if that was requested shortly before the first rows of the backfill,
 * otherwise from the new sample. Undefined for a finished backfill.
 */
function startCounting(
  backfill: Backfill,
  startedAt: number,
  previousSample: DeliverySample | undefined,
  sample: DeliverySample,
): BackfillDeliveries | undefined {
  if (!isUnfinished(backfill)) {
    return undefined;
  }
  const { sinkId } = backfill;
  const precedes = ({ at }: DeliverySample): boolean =>
    at >= startedAt - maxStartLeadMs && at <= startedAt + firstRowsMs;
  const before = previousSample !== undefined && precedes(previousSample) ? previousSample : undefined;
  const { delivered, failed } = before === undefined ? noCounters : getIncrease(before, sample, sinkId);
  return {
    sinkId,
    delivered,
    failed,
    isComplete: before !== undefined || precedes(sample),
    isFinal: false,
    line: extendLine(before === undefined ? [] : [[before.at, 0]], [sample.at, delivered]),
  };
}

/**
 * Adds the increase since the previous sample. The first sample that is requested after the finish makes the count
 * final.
 */
function continueCounting(
  existing: BackfillDeliveries,
  sample: {
    readonly at: number;
    readonly increase: DeliveryCounters;
    /** The local time at which the backfill finished; undefined while it is unfinished. */
    readonly finishedAt: number | undefined;
    /** Whether the increase may be too small. */
    readonly mayMissDeliveries: boolean;
  },
): BackfillDeliveries {
  const { at, increase, finishedAt, mayMissDeliveries } = sample;
  if (existing.isFinal) {
    return existing;
  }
  if (finishedAt !== undefined && at - finishedAt > maxFinalDelayMs) {
    // The increase may include live changes from long after the finish.
    return { ...existing, isComplete: false, isFinal: true };
  }
  const delivered = existing.delivered + increase.delivered;
  return {
    sinkId: existing.sinkId,
    delivered,
    failed: existing.failed + increase.failed,
    isComplete: existing.isComplete && !mayMissDeliveries,
    isFinal: finishedAt !== undefined && finishedAt <= at,
    line: extendLine(existing.line, [at, delivered]),
  };
}

/** Whether the server restarted between two samples: the counter of an existing sink decreased or disappeared. */
function wasReset(
  previousSample: DeliverySample,
  sample: DeliverySample,
  sinkIds: SampleContext['sinkIds'],
): boolean {
  return [...previousSample.counters].some(([sinkId, counters]) => {
    const { delivered, failed } = sample.counters.get(sinkId) ?? noCounters;
    return sinkIds.has(sinkId) && (delivered < counters.delivered || failed < counters.failed);
  });
}

/**
 * The deliveries of a sink between two samples or, without an earlier sample, since the server started. A missing
 * counter is 0, because a counter appears only with the first message.
 */
function getIncrease(
  earlier: DeliverySample | undefined,
  { counters }: DeliverySample,
  sinkId: string,
): DeliveryCounters {
  const current = counters.get(sinkId) ?? noCounters;
  const before = earlier?.counters.get(sinkId) ?? noCounters;
  return { delivered: current.delivered - before.delivered, failed: current.failed - before.failed };
}

function computeRates(samples: readonly DeliverySample[]): Map<string, DeliveryRates> {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || first === last) {
    return new Map();
  }
  const seconds = (last.at - first.at) / 1000;
  return new Map(
    [...last.counters.keys()].map((sinkId) => {
      const { delivered, failed } = getIncrease(first, last, sinkId);
      return [sinkId, { deliveredPerSecond: delivered / seconds, failedPerSecond: failed / seconds }];
    }),
  );
}
