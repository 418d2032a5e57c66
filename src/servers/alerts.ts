import { compareNewestFirst, getFinishTime, type Backfill } from '../model/Backfill.ts';
import type { Stall } from '../model/progress/stall.ts';
import { findStall } from './liveStatus.ts';
import type { Snapshot } from './Snapshot.ts';

/** A running backfill that does not move, and why. */
interface StalledBackfill {
  readonly backfill: Backfill;
  readonly stall: Stall;
}

/** What a user who looks elsewhere should know of. Each list is newest first. */
export interface Alerts {
  /** What runs, stalled or not. */
  readonly running: readonly Backfill[];
  /** What runs and will not move before somebody helps. */
  readonly stalled: readonly StalledBackfill[];
  /** What failed since the user last looked. */
  readonly failed: readonly Backfill[];
}

/** A reader that has not begun after so long will not do so by itself. */
const readerStartTimeoutMs = 5 * 60_000;

/**
 * Works out what concerns a user. `lookedAt` is when they last looked, in the editor's time: failures are
 * compared with it by the editor's clock too, whatever the server's says.
 */
export function findAlerts(snapshot: Snapshot, serverNow: number, lastViewedAt: number): Alerts {
  const lastViewedServerTime = lastViewedAt + snapshot.clockSkewMs;
  const running: Backfill[] = [];
  const failed: Backfill[] = [];
  for (const backfills of snapshot.backfills.values()) {
    for (const backfill of backfills.values()) {
      if (backfill.state === 'active') {
        running.push(backfill);
      } else if (backfill.state === 'failed' && (getFinishTime(backfill) ?? 0) > lastViewedServerTime) {
        failed.push(backfill);
      }
    }
  }
  running.sort(compareNewestFirst);
  return {
    running,
    stalled: running.flatMap((backfill) => {
      const stall = findStall(snapshot, backfill, serverNow);
      return stall !== undefined && needsUserAction(stall, serverNow) ? [{ backfill, stall }] : [];
    }),
    failed: failed.sort(compareNewestFirst),
  };
}

/** Whether it will not pass by itself. */
function needsUserAction({ cause, idleSince }: Stall, serverNow: number): boolean {
  switch (cause.kind) {
    case 'counting':
      return false;
    case 'readerStarting':
      return serverNow - idleSince > readerStartTimeoutMs;
    default:
      return true;
  }
}
