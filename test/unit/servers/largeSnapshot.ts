import { getBackfillsOfSink, type Snapshot } from '../../../src/servers/Snapshot.ts';
import { SnapshotStore } from '../../../src/servers/SnapshotStore.ts';
import { backfill, now, sink } from '../samples.ts';

/** The names of a sink's health checks, as in recording e03. */
const checkNames = [
  'Sink configuration',
  'Message filtering',
  'Message ingestion',
  'Messages pending delivery',
  'Message delivery',
];

/**
 * Creates the snapshot of a server with many sinks, after 80 polls.
 * @param size the numbers of sinks, of sinks with a running backfill, and of finished backfills per sink
 */
export function createLargeSnapshot(size: {
  readonly sinks: number;
  readonly running: number;
  readonly finishedPerSink: number;
}): Snapshot {
  const store = new SnapshotStore();
  const createId = (kind: string, index: number): string =>
    `${kind}0000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const sinks = Array.from({ length: size.sinks }, (_, index) =>
    sink({
      id: createId('e1f6', index),
      name: `orders-to-kafka-${index}`,
      health: {
        status: 'healthy',
        checks: checkNames.map((name) => ({ name, status: 'healthy', error: null })),
      },
    }),
  );
  for (let poll = 0; poll < 80; poll += 1) {
    const at = now + poll * 4_000;
    const items = sinks.map((item, index) => ({
      sink: item,
      unfinishedBackfills:
        index < size.running
          ? [
              backfill({
                id: createId('bf00', index),
                sinkId: item.id,
                rowsInitial: 10_000_000,
                rowsProcessed: 90_000 + poll * 40_000,
                updatedAt: at,
              }),
            ]
          : [],
    }));
    store.applySinks({ items, skipped: 0, serverTime: undefined }, at);
  }
  for (const [sinkIndex, { id: sinkId }] of sinks.entries()) {
    const running = getBackfillsOfSink(store.snapshot, sinkId);
    const finished = Array.from({ length: size.finishedPerSink }, (_, index) =>
      backfill({
        id: createId('f100', sinkIndex * size.finishedPerSink + index),
        sinkId,
        state: 'completed',
        insertedAt: now - 3_600_000 * index,
        completedAt: now - 3_600_000 * index + 60_000,
      }),
    );
    store.applyBackfillList(sinkId, [...running, ...finished], now + 320_000);
  }
  return store.snapshot;
}
