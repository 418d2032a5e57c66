import type { Backfill } from '../model/Backfill.ts';
import { attentionOf } from '../model/stall.ts';
import { concernsOf } from '../monitor/attention.ts';
import { stallIn } from '../monitor/live.ts';
import type { Monitor } from '../monitor/Monitor.ts';
import type { Snapshot, SnapshotChange } from '../monitor/Snapshot.ts';
import type { Happening } from '../text/noticeText.ts';

/** A stall is told once it has lasted: the user may be at it, and a page under way may land yet. */
const settledMs = 30_000;

type Known = Pick<Monitor, 'snapshot' | 'serverNow'>;

/** What happened by one change: what ended, and what is stalled now. */
export function happeningsOf(monitor: Known, { ended }: SnapshotChange): Happening[] {
  return [...endingsOf(monitor, ended), ...(isFresh(monitor.snapshot) ? stallsOf(monitor) : [])];
}

/**
 * What tells a happening from every other one, the same in each window. While a backfill is stalled nothing
 * changes it: its last change names this stall, and by the server's clock, so that no two windows round a
 * moment of their own differently.
 */
export function identityOf(
  address: string,
  { kind, backfill }: Pick<Happening, 'kind' | 'backfill'>,
): string {
  const which = kind === 'stalled' ? backfill.updatedAt : null;
  return JSON.stringify([address, backfill.id, kind, which]);
}

function endingsOf({ snapshot, serverNow }: Known, ended: readonly Backfill[]): Happening[] {
  return ended.flatMap((backfill): Happening[] => {
    const { state } = backfill;
    const sink = snapshot.sinks.get(backfill.sinkId);
    switch (state) {
      case 'completed': {
        const failingChecks = sink === undefined ? 0 : (attentionOf(backfill, sink)?.count ?? 0);
        return [{ kind: state, backfill, sink, failingChecks }];
      }
      case 'cancelled':
        return [{ kind: state, backfill, sink }];
      case 'failed':
        return [{ kind: state, backfill, sink, stall: stallIn(snapshot, backfill, serverNow) }];
      default:
        // A state of a later version: what it means is not known.
        return [];
    }
  });
}

function stallsOf({ snapshot, serverNow }: Known): Happening[] {
  const stalled = concernsOf(snapshot, serverNow, Number.POSITIVE_INFINITY).stalled.filter(
    ({ backfill, stall }) => {
      const heldSince = snapshot.tracks.get(backfill.id)?.heldSince ?? 0;
      return serverNow - Math.max(stall.since, backfill.updatedAt, heldSince) >= settledMs;
    },
  );
  return stalled.map(({ backfill, stall }) => ({
    kind: 'stalled',
    backfill,
    sink: snapshot.sinks.get(backfill.sinkId),
    stall,
  }));
}

/** Whether silence can be told from not having asked: after a sleep, or a failure, what is known is old. */
function isFresh({ sinksLoad }: Snapshot): boolean {
  return !sinksLoad.loading && sinksLoad.failure === undefined && sinksLoad.kept !== true;
}
