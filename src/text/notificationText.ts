import * as l10n from '@vscode/l10n';
import { type Backfill, getFinishTime } from '../model/Backfill.ts';
import type { DeliveryWarning } from '../model/progress/backfillStatus.ts';
import type { Stall } from '../model/progress/stall.ts';
import type { Sink } from '../model/Sink.ts';
import { type BackfillCounts, formatBackfillCounts } from './backfillCountsText.ts';
import { formatBackfillName, formatRowsProcessed } from './backfillText.ts';
import { formatCount, formatDuration, formatList, formatRows } from './format.ts';
import { describeDiagnosis, describeStall, formatStallCause } from './stallText.ts';
import { toDisplayText } from './toDisplayText.ts';

/** A change of a backfill that the user may want to be notified about. */
export type BackfillEvent = { readonly backfill: Backfill; readonly sink: Sink | undefined } & (
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'completed'; readonly deliveryWarning: DeliveryWarning | undefined }
  /** The sink was deleted while the backfill was unfinished. */
  | { readonly kind: 'deleted' }
  /** `stall` is the cause of the failure, if known. */
  | { readonly kind: 'failed'; readonly stall: Stall | undefined }
  /** `isRepeated`: the user was already notified of an earlier stall of the same backfill. */
  | { readonly kind: 'stalled'; readonly stall: Stall; readonly isRepeated: boolean }
);

/** An event with the name of its connection, which is undefined if there is only one connection. */
type NamedEvent = BackfillEvent & { readonly connectionName?: string | undefined };

/** A summary of at most this number of events lists their backfills. */
const maxListedEvents = 4;

/** The kinds of events in the order in which a summary lists them. */
const summaryOrder = ['completed', 'cancelled', 'deleted', 'stalled', 'failed'] as const;

/** Describes an event in a sentence, followed by the cause of a problem and its remedy, if they are known. */
export function describeBackfillEvent(event: NamedEvent): string {
  return addConnectionName(event, formatEventSentence(event));
}

/**
 * Summarizes several events by their counts. If there are few events, their backfills follow
 * (`2 backfills completed: a; b.`); if there are many, the distinct causes
 * (`6 backfills stalled (buffer full, no consumer).`).
 */
export function summarizeBackfillEvents(events: readonly NamedEvent[]): string {
  const counts = countByKind(events);
  if (events.length > maxListedEvents) {
    return l10n.t('{0}.', formatBackfillCounts(counts, formatDetails(events)));
  }
  const ordered = [...events].sort((a, b) => summaryOrder.indexOf(a.kind) - summaryOrder.indexOf(b.kind));
  const isMixed = events.some(({ kind }) => kind !== events[0]?.kind);
  const entries = ordered.map((event) => addConnectionName(event, formatEntry(event, isMixed)));
  return l10n.t('{0}: {1}.', formatBackfillCounts(counts), entries.join('; '));
}

function countByKind(events: readonly BackfillEvent[]): BackfillCounts {
  const counts: Partial<Record<BackfillEvent['kind'], number>> = {};
  for (const event of events) {
    counts[event.kind] = (counts[event.kind] ?? 0) + countBackfills(event);
  }
  return counts;
}

/** What a summary of many events adds to its counts: the number with delivery errors, and the distinct causes. */
function formatDetails(events: readonly BackfillEvent[]): Partial<Record<BackfillEvent['kind'], string>> {
  const errorCount = events.filter((event) => event.kind === 'completed' && event.deliveryWarning).length;
  const listCauses = (kind: BackfillEvent['kind']): string =>
    formatList([
      ...new Set(events.flatMap((event) => (event.kind === kind ? (formatCause(event) ?? []) : []))),
    ]);
  return {
    completed: errorCount === 0 ? '' : l10n.t('{0} with delivery errors', formatCount(errorCount)),
    stalled: listCauses('stalled'),
    failed: listCauses('failed'),
  };
}

/** The number of backfills that an event is about. */
function countBackfills(event: BackfillEvent): number {
  return event.kind === 'stalled' && event.stall.cause.kind === 'databaseStalled'
    ? event.stall.cause.count
    : 1;
}

/**
 * The name of the backfill that an event is about, with the cause of its problem, if known; for a stalled database, a
 * phrase with the name of the database. If `isMixed`, the list has several kinds of events, so a stall without a known
 * cause is marked as `(stalled)`.
 */
function formatEntry(event: BackfillEvent, isMixed: boolean): string {
  if (event.kind === 'stalled' && event.stall.cause.kind === 'databaseStalled') {
    return l10n.t('all running backfills of the database {0}', toDisplayText(event.stall.cause.database));
  }
  const name = formatBackfillName(event.backfill, event.sink);
  const cause = formatCause(event) ?? (isMixed && event.kind === 'stalled' ? l10n.t('stalled') : undefined);
  return cause === undefined ? name : l10n.t('{0} ({1})', name, cause);
}

function addConnectionName({ connectionName }: NamedEvent, text: string): string {
  return connectionName === undefined ? text : l10n.t('{0}: {1}', toDisplayText(connectionName), text);
}

/** The cause of a problem in a few words; undefined if the cause is unknown or there is no problem. */
function formatCause(event: BackfillEvent): string | undefined {
  switch (event.kind) {
    case 'completed':
      return event.deliveryWarning && l10n.t('with delivery errors');
    case 'failed':
    case 'stalled':
      return event.stall && (formatStallCause(event.stall.cause) || undefined);
    default:
      return undefined;
  }
}

function formatEventSentence(event: BackfillEvent): string {
  const { backfill, sink } = event;
  const name = formatBackfillName(backfill, sink);
  const rows = formatRows(backfill.rowsProcessed);
  switch (event.kind) {
    case 'completed': {
      const { deliveryWarning } = event;
      const duration = formatDuration((getFinishTime(backfill) ?? backfill.updatedAt) - backfill.insertedAt);
      return deliveryWarning === undefined
        ? l10n.t('{0} completed: {1} in {2}.', name, rows, duration)
        : `${l10n.t('{0} completed with delivery errors: {1} in {2}.', name, rows, duration)} ${describeDiagnosis({ deliveryWarning }) ?? ''}`;
    }
    case 'cancelled':
      return l10n.t('{0} was cancelled after {1}.', name, rows);
    case 'deleted':
      return l10n.t('{0} was deleted with its sink after {1}.', name, formatRowsProcessed(backfill));
    case 'failed': {
      const sentence = l10n.t('{0} failed after {1}.', name, rows);
      return event.stall === undefined ? sentence : `${sentence} ${describeStall(event.stall)}`;
    }
    case 'stalled': {
      if (event.stall.cause.kind === 'databaseStalled') {
        return describeStall(event.stall);
      }
      const isRecurring = event.isRepeated || event.stall.cause.kind === 'recurring';
      const sentence = isRecurring ? l10n.t('{0} stalls repeatedly.', name) : l10n.t('{0} is stalled.', name);
      return `${sentence} ${describeStall(event.stall)}`;
    }
  }
}
