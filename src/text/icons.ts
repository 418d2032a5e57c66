import type { BackfillStatus } from '../model/progress/backfillStatus.ts';

/** Codicon names by the status of a backfill, for the tree and the page. */
const statusIcons: Readonly<Record<BackfillStatus, string>> = {
  counting: 'sync',
  running: 'sync',
  stalled: 'warning',
  paused: 'debug-pause',
  completed: 'pass',
  completedWithDeliveryErrors: 'warning',
  cancelled: 'circle-slash',
  failed: 'error',
  unknown: 'question',
};

/** The codicon name of a backfill's status; `question` for an unknown one. */
export function getStatusIcon(status: string): string {
  return Object.hasOwn(statusIcons, status) ? statusIcons[status as BackfillStatus] : 'question';
}

/** The codicon name of a backfill that is waiting in the queue. */
export const queuedIcon = 'clock';
