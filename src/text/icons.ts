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

/** The codicon name of a backfill's status; `question` for an unknown status. */
export function getStatusIcon(status: string): string {
  return Object.hasOwn(statusIcons, status) ? statusIcons[status as BackfillStatus] : 'question';
}

/** The codicon name of a backfill that is waiting in the queue. */
export const queuedIcon = 'clock';

/** Codicon names by the condition of a sink or the status of a check. */
const healthIcons: ReadonlyMap<string, string> = new Map([
  ['healthy', 'pass-filled'],
  ['warning', 'warning'],
  ['error', 'error'],
  ['initializing', 'circle-outline'],
  ['waiting', 'circle-outline'],
  ['stale', 'circle-outline'],
  ['paused', 'debug-pause'],
  ['disabled', 'circle-slash'],
  ['notice', 'info'],
]);

/**
 * The codicon name of a sink's condition or a check's status. Pass undefined if the server doesn't report the health.
 */
export function getHealthIcon(status: string | undefined): string {
  return status === undefined ? 'circle-outline' : (healthIcons.get(status) ?? 'question');
}
