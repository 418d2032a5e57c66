import type { Backfill } from '../model/Backfill.ts';
import type { Sink } from '../model/Sink.ts';
import { formatTableName } from './backfillText.ts';
import { formatSinkName } from './sinkText.ts';

/** `public.orders → orders-to-kafka`, or only the table if the sink no longer exists. */
export function formatBackfillName(
  backfill: Pick<Backfill, 'table' | 'droppedTable'>,
  sink: Sink | undefined,
): string {
  return sink === undefined
    ? formatTableName(backfill)
    : `${formatTableName(backfill)} → ${formatSinkName(sink)}`;
}
