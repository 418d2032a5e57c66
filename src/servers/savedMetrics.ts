import { noDeliveries } from '../model/deliveries/deliveries.ts';
import { thinLine } from '../model/deliveries/deliveryLine.ts';
import { mapValues } from '../shared/maps.ts';
import type { SavedMetrics } from './savedSnapshot.ts';
import type { MetricsState, Snapshot } from './Snapshot.ts';

/** The largest number of points that are saved for the delivery line of a backfill. */
const maxLinePoints = 40;

/** Converts the metrics of a snapshot to the form in which they are saved; null before the first response. */
export function toSavedMetrics({ metrics, sinks }: Pick<Snapshot, 'metrics' | 'sinks'>): SavedMetrics | null {
  const sample = metrics?.deliveries.samples.at(-1);
  if (metrics === undefined || sample === undefined) {
    return null;
  }
  // Sequin keeps the counters of deleted sinks for a while. They aren't saved.
  const counters = new Map([...sample.counters].filter(([sinkId]) => sinks.has(sinkId)));
  return {
    url: metrics.url,
    sample: { at: sample.at, counters },
    ofBackfills: mapValues(metrics.deliveries.ofBackfills, (deliveries) => ({
      ...deliveries,
      line: thinLine(deliveries.line, maxLinePoints),
    })),
  };
}

/**
 * Converts saved metrics to those of a snapshot. Rates aren't saved, because the rates of the last session are
 * outdated.
 */
export function toMetricsState(saved: SavedMetrics | null): MetricsState | undefined {
  return saved === null
    ? undefined
    : {
        url: saved.url,
        failure: undefined,
        deliveries: { ...noDeliveries, samples: [saved.sample], ofBackfills: saved.ofBackfills },
      };
}
