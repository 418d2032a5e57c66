import { t } from '@vscode/l10n';
import { endedAt, fractionDone, isOpen, type Backfill, type BackfillState } from '../model/Backfill.ts';
import { outcomeOf } from '../model/estimate.ts';
import type { Fact } from './Fact.ts';
import { formatAgo, formatCount, formatDuration, formatPercent, formatRows, formatTime } from './format.ts';
import { rateText } from './progressText.ts';

/** The state in words; one that is not known is named as the server names it. */
export function stateName(state: string): string {
  const names: Record<BackfillState, string> = {
    active: t('Active'),
    paused: t('Paused'),
    completed: t('Completed'),
    cancelled: t('Cancelled'),
    failed: t('Failed'),
  };
  return Object.hasOwn(names, state) ? names[state as BackfillState] : state;
}

/** The table's name, also where the table is gone. */
export function tableName(backfill: Backfill): string {
  return backfill.table ?? t('(dropped table)');
}

/** `94,000 of 200,000 rows`; only the rows processed while the table's are not counted. */
export function rowsDone(backfill: Backfill): string {
  return backfill.rowsInitial === null
    ? formatRows(backfill.rowsProcessed)
    : t('{0} of {1}', formatCount(backfill.rowsProcessed), formatRows(backfill.rowsInitial));
}

/** How far it is, `47% · 94,000 of 200,000 rows`, or why that cannot be said. */
export function progressText(backfill: Backfill): string {
  const fraction = fractionDone(backfill);
  if (fraction !== undefined) {
    return `${formatPercent(fraction)} · ${rowsDone(backfill)}`;
  }
  if (backfill.rowsInitial === null) {
    return Number(backfill.rowsProcessed) === 0 && backfill.state === 'active'
      ? t('counting rows…')
      : formatRows(backfill.rowsProcessed);
  }
  return Number(backfill.rowsProcessed) === 0 ? t('no rows') : formatRows(backfill.rowsProcessed);
}

/** What stands behind a backfill's table in the tree. `now` is the editor's time. */
export function backfillDescription(backfill: Backfill, now: number): string {
  const ended = endedAt(backfill);
  const ago = ended === undefined ? '' : formatAgo(ended, now);
  switch (backfill.state) {
    case 'active':
      return progressText(backfill);
    case 'completed': {
      const outcome = outcomeOf(backfill);
      const rows = formatRows(backfill.rowsProcessed);
      return `${outcome === undefined ? rows : t('{0} in {1}', rows, formatDuration(outcome.durationMs))} · ${ago}`;
    }
    case 'paused':
      return t('paused · {0}', progressText(backfill));
    case 'cancelled':
      return `${t('cancelled · {0}', progressText(backfill))} · ${ago}`;
    case 'failed':
      return `${t('failed · {0}', progressText(backfill))} · ${ago}`;
    default:
      return `${backfill.state} · ${progressText(backfill)}`;
  }
}

/**
 * All that is known of a backfill beside its state and its table, which stand above it in a hover and on a
 * page. `now` is the editor's time.
 */
export function backfillFacts(backfill: Backfill, now: number): Fact[] {
  const at = (ms: number): string => `${formatTime(ms)} (${formatAgo(ms, now)})`;
  const outcome = outcomeOf(backfill);
  const average = rateText(outcome?.averageRowsPerSecond ?? undefined);
  const facts: (Fact | undefined)[] = [
    { label: t('Rows processed'), value: formatCount(backfill.rowsProcessed) },
    { label: t('Rows ingested'), value: formatCount(backfill.rowsIngested) },
    {
      label: t('Initial row count'),
      value: backfill.rowsInitial === null ? notCounted(backfill) : formatCount(backfill.rowsInitial),
    },
    { label: t('Sort column'), value: backfill.sortColumn ?? t('none (full backfill)') },
    { label: t('Started'), value: at(backfill.insertedAt) },
    { label: t('Last change'), value: at(backfill.updatedAt) },
    backfill.completedAt === null ? undefined : { label: t('Completed'), value: at(backfill.completedAt) },
    backfill.canceledAt === null ? undefined : { label: t('Cancelled'), value: at(backfill.canceledAt) },
    outcome === undefined
      ? { label: t('Running for'), value: formatDuration(Math.max(0, now - backfill.insertedAt)) }
      : { label: t('Duration'), value: formatDuration(outcome.durationMs) },
    average === undefined ? undefined : { label: t('Average rate'), value: average },
    { label: t('ID'), value: backfill.id },
  ];
  return facts.filter((fact) => fact !== undefined);
}

function notCounted(backfill: Backfill): string {
  return isOpen(backfill) ? t('still counting') : t('not counted');
}
