import { compareNewestFirst, endedAt, type Backfill } from '../model/Backfill.ts';
import type { Stall } from '../model/stall.ts';
import { stallIn } from './live.ts';
import type { Snapshot } from './Snapshot.ts';

/** A running backfill that does not move, and why. */
interface Stalled {
  readonly backfill: Backfill;
  readonly stall: Stall;
}

/** What a user who looks elsewhere should know of. Each list is newest first. */
export interface Concerns {
  /** What runs, stalled or not. */
  readonly running: readonly Backfill[];
  /** What runs and will not move before somebody helps. */
  readonly stalled: readonly Stalled[];
  /** What failed since the user last looked. */
  readonly failed: readonly Backfill[];
}

/** A reader that has not begun after so long will not do so by itself. */
const readerPatienceMs = 5 * 60_000;

/**
 * Works out what concerns a user. `lookedAt` is when they last looked, in the editor's time: failures are
 * compared with it by the editor's clock too, whatever the server's says.
 */
export function concernsOf(snapshot: Snapshot, serverNow: number, lookedAt: number): Concerns {
  const lookedAtByServer = lookedAt + snapshot.skewMs;
  const running: Backfill[] = [];
  const failed: Backfill[] = [];
  for (const backfills of snapshot.backfills.values()) {
    for (const backfill of backfills.values()) {
      if (backfill.state === 'active') {
        running.push(backfill);
      } else if (backfill.state === 'failed' && (endedAt(backfill) ?? 0) > lookedAtByServer) {
        failed.push(backfill);
      }
    }
  }
  running.sort(compareNewestFirst);
  return {
    running,
    stalled: running.flatMap((backfill) => {
      const stall = stallIn(snapshot, backfill, serverNow);
      return stall !== undefined && needsSomebody(stall, serverNow) ? [{ backfill, stall }] : [];
    }),
    failed: failed.sort(compareNewestFirst),
  };
}

/** Whether it will not pass by itself. */
function needsSomebody({ cause, since }: Stall, serverNow: number): boolean {
  switch (cause.kind) {
    case 'counting':
      return false;
    case 'readerStarting':
      return serverNow - since > readerPatienceMs;
    default:
      return true;
  }
}
