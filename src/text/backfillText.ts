import * as l10n from '@vscode/l10n';
import {
  type Backfill,
  type BackfillState,
  exceedsRowCount,
  getFinishTime,
  getFractionDone,
  isUnfinished,
} from '../model/Backfill.ts';
import type { BackfillStatus, LiveStatus } from '../model/progress/backfillStatus.ts';
import type { Sink } from '../model/Sink.ts';
import { formatShortTimeLeft } from './estimateText.ts';
import {
  formatCompactRows,
  formatCount,
  formatDurationInOneUnit,
  formatPercent,
  formatRelativeTime,
  formatRoughDuration,
  formatRows,
  formatStartTime,
  joinParts,
} from './format.ts';
import { formatSinkName } from './sinkText.ts';
import { formatStallCause } from './stallText.ts';
import { toDisplayText } from './toDisplayText.ts';

/** The display name of a state; for an unknown state, the name that the server reports. */
export function formatState(state: string): string {
  const names: Record<BackfillState, string> = {
    active: l10n.t('Active'),
    paused: l10n.t('Paused'),
    completed: l10n.t('Completed'),
    cancelled: l10n.t('Cancelled'),
    failed: l10n.t('Failed'),
  };
  return Object.hasOwn(names, state) ? names[state as BackfillState] : toDisplayText(state);
}

/** The display name of a backfill's status: the name of its state, unless the status is more specific. */
export function formatStatus(status: BackfillStatus, { state }: Backfill): string {
  switch (status) {
    case 'counting':
      return l10n.t('Counting rows');
    case 'running':
      return l10n.t('Running');
    case 'stalled':
      return l10n.t('Stalled');
    case 'completedWithDeliveryErrors':
      return l10n.t('Completed with delivery errors');
    default:
      return formatState(state);
  }
}

/** The table's name; for a dropped table, its last known name or a placeholder. */
export function formatTableName({ table, droppedTable }: Pick<Backfill, 'table' | 'droppedTable'>): string {
  return table === null
    ? droppedTable
      ? l10n.t('{0} (dropped)', toDisplayText(droppedTable))
      : l10n.t('(dropped table)')
    : toDisplayText(table);
}

/** `public.orders → orders-to-kafka`, or only the table if the sink no longer exists. */
export function formatBackfillName(
  backfill: Pick<Backfill, 'table' | 'droppedTable'>,
  sink: Sink | undefined,
): string {
  return sink === undefined
    ? formatTableName(backfill)
    : `${formatTableName(backfill)} → ${formatSinkName(sink)}`;
}

/**
 * The title of a backfill's tab: `public.orders · 47%` or, for a finished backfill, its start time:
 * `public.orders (Nov 24, 1:48 PM)`. `now` is the server's time in ms.
 */
export function formatTabTitle(backfill: Backfill, now: number): string {
  const name = formatTableName(backfill);
  if (!isUnfinished(backfill)) {
    return l10n.t('{0} ({1})', name, formatStartTime(backfill.insertedAt, now));
  }
  const fraction = getFractionDone(backfill);
  return fraction === undefined ? name : l10n.t('{0} · {1}', name, formatPercent(fraction));
}

/**
 * `94,000 of 200,000 rows`; only the processed rows while the total is unknown;
 * `229,602 rows processed (200,002 counted)` if more rows were processed than counted, because parts of the table were
 * read again.
 */
export function formatRowsProcessed(backfill: Backfill): string {
  const { rowsInitial, rowsProcessed } = backfill;
  if (rowsInitial === null) {
    return formatRows(rowsProcessed);
  }
  return exceedsRowCount(backfill)
    ? l10n.t('{0} processed ({1} counted)', formatRows(rowsProcessed), formatCount(rowsInitial))
    : l10n.t('{0} of {1}', formatCount(rowsProcessed), formatRows(rowsInitial));
}

/** `47% · 94,000 of 200,000 rows`; without a percentage, the processed rows, `no rows` or `counting rows…`. */
export function formatProgress(backfill: Backfill): string {
  const fraction = getFractionDone(backfill);
  if (fraction !== undefined) {
    return `${formatPercent(fraction)} · ${formatRowsProcessed(backfill)}`;
  }
  if (Number(backfill.rowsProcessed) > 0) {
    return formatRowsProcessed(backfill);
  }
  if (backfill.rowsInitial !== null) {
    return l10n.t('no rows');
  }
  return backfill.state === 'active' ? l10n.t('counting rows…') : formatRows(backfill.rowsProcessed);
}

/** The options of {@link describeBackfill}. */
interface BackfillDescriptionOptions {
  /** The derived status, with the estimate. */
  readonly live?: Omit<LiveStatus, 'knownUntil'>;
  /** Whether to include the state and, for a stalled backfill, the progress. A row shows the state with its icon. */
  readonly withState?: boolean;
  /** Whether the label of the row is a time. If so, the description leaves out how long ago the backfill finished. */
  readonly hasTimeLabel?: boolean;
}

/**
 * Describes a backfill in about 28 characters, beginning with the most important part: `47% · 4 min left`,
 * `sink paused · 1 h`, `2 d ago · 1.2M rows · 3 min`, `at 37% · 5 h ago`. `now` is the server's time in ms.
 */
export function describeBackfill(
  backfill: Backfill,
  now: number,
  options: BackfillDescriptionOptions = {},
): string {
  switch (backfill.state) {
    case 'active':
      return joinParts(...describeActive(backfill, now, options));
    case 'paused':
      return describePaused(backfill);
    case 'completed':
      return joinParts(...describeCompleted(backfill, now, options));
    case 'cancelled':
    case 'failed':
      return joinParts(...describeStopped(backfill, now, options));
    default:
      return joinParts(formatState(backfill.state), formatShortProgress(backfill));
  }
}

type Parts = readonly (string | undefined)[];

/**
 * Describes an active backfill. Begins with the cause of a stall, because a narrow sidebar cuts off the end. The icon
 * already shows that the backfill is stalled.
 */
function describeActive(
  backfill: Backfill,
  now: number,
  { live, withState = false }: BackfillDescriptionOptions,
): Parts {
  const progress = formatShortProgress(backfill);
  if (live?.status !== 'stalled' || live.stall === undefined) {
    const isResuming = live?.stall?.cause.kind === 'resuming';
    const note = isResuming ? formatStallCause(live.stall.cause) : formatShortTimeLeft(live?.estimate);
    return [withState ? l10n.t('Running') : '', progress, note];
  }
  const { cause, idleSince } = live.stall;
  if (cause.kind === 'recurring') {
    // Leaves out the duration, because the backfill progresses between its stalls.
    return [l10n.t('Stalls repeatedly'), progress];
  }
  const causeText = formatStallCause(cause);
  // A duration in seconds would refresh the row every second.
  const duration = now - idleSince < 60_000 ? '' : formatDurationInOneUnit(now - idleSince);
  if (causeText === '') {
    return [duration === '' ? l10n.t('Stalled') : l10n.t('Stalled {0}', duration)];
  }
  return [...(withState ? [l10n.t('Stalled'), progress] : []), causeText, duration];
}

function describePaused(backfill: Backfill): string {
  const progress = formatShortProgress(backfill);
  return getFractionDone(backfill) === undefined
    ? joinParts(l10n.t('Paused'), progress)
    : l10n.t('Paused at {0}', progress);
}

function describeCompleted(
  backfill: Backfill,
  now: number,
  { live, withState = false, hasTimeLabel = false }: BackfillDescriptionOptions,
): Parts {
  const finishTime = getFinishTime(backfill) ?? backfill.updatedAt;
  return [
    withState
      ? formatStatus(live?.status ?? 'completed', backfill)
      : live?.deliveryWarning && l10n.t('delivery errors'),
    hasTimeLabel ? '' : formatRelativeTime(finishTime, now),
    formatCompactRows(backfill.rowsProcessed),
    formatRoughDuration(finishTime - backfill.insertedAt),
  ];
}

/** Describes a cancelled or failed backfill. */
function describeStopped(
  backfill: Backfill,
  now: number,
  { live, withState = false, hasTimeLabel = false }: BackfillDescriptionOptions,
): Parts {
  const progress = formatShortProgress(backfill);
  const stoppedAt = getFractionDone(backfill) === undefined ? progress : l10n.t('at {0}', progress);
  const cause = live?.stall === undefined ? '' : formatStallCause(live.stall.cause);
  return [
    withState ? formatState(backfill.state) : '',
    cause === '' ? stoppedAt : cause,
    hasTimeLabel ? '' : formatRelativeTime(getFinishTime(backfill) ?? backfill.updatedAt, now),
  ];
}

/** `47%`, or `1.2M rows` while the total is unknown. */
function formatShortProgress(backfill: Backfill): string {
  const fraction = getFractionDone(backfill);
  return fraction === undefined ? formatShortCount(backfill) : formatPercent(fraction);
}

function formatShortCount({ rowsInitial, rowsProcessed, state }: Backfill): string {
  return rowsInitial === null && Number(rowsProcessed) === 0 && state === 'active'
    ? l10n.t('counting rows…')
    : formatCompactRows(rowsProcessed);
}
