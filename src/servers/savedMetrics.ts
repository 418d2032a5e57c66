import { noDeliveries } from '../model/deliveries/deliveries.ts';
import { thinLine } from '../model/deliveries/deliveryLine.ts';
import type { SavedMetrics } from './savedSnapshot.ts';
import type { MetricsState, Snapshot } from './Snapshot.ts';

/** The largest number of saved points of a backfill's line in the delivery chart. */
const maxLinePoints = 40;

/** Converts the metrics of a snapshot to their form in a file; null before the first response. */
export function toSavedMetrics({ metrics, sinks }: Pick<Snapshot, 'metrics' | 'sinks'>): SavedMetrics | null {
  const sample = metrics?.deliveries.samples.at(-1);
  if (metrics === undefined || sample === undefined) {
    return null;
  }
  return {
    url: metrics.url,
    sampledAt: sample.at,
    counters: [...sample.counters]
      // Sequin keeps the counters of deleted sinks for a while.
      .filter(([sinkId]) => sinks.has(sinkId))
      .map(([sinkId, { delivered, failed }]) => [sinkId, delivered, failed]),
    ofBackfills: [...metrics.deliveries.ofBackfills].map(([id, { line, ...deliveries }]) => ({
      id,
      ...deliveries,
      line: thinLine(line, maxLinePoints).map(([at, delivered]) => [at, delivered]),
    })),
  };
}

/** Converts saved metrics to those of a snapshot. Rates aren't saved, because those of the last session aren't current. */
export function toMetricsState(saved: SavedMetrics | null): MetricsState | undefined {
  return saved === null
    ? undefined
    : {
        url: saved.url,
        failure: undefined,
        deliveries: {
          ...noDeliveries,
          samples: [
            {
              at: saved.sampledAt,
              counters: new Map(
                saved.counters.map(([sinkId, delivered, failed]) => [sinkId, { delivered, failed }]),
              ),
            },
          ],
          ofBackfills: new Map(saved.ofBackfills.map(({ id, ...deliveries }) => [id, deliveries])),
        },
      };
}
