import { t } from '@vscode/l10n';
import { endedAt, type Backfill } from '../model/Backfill.ts';
import type { Attention, Stall, StallCause } from '../model/stall.ts';
import { formatAgo, formatClock, formatCount, formatDuration } from './format.ts';

/** One sentence of what is known, and one of what to do. */
type Sentences = readonly [known: string, advice: string];

/**
 * Why a backfill does not move, and what to do about it: two sentences. The first may quote an error, which is
 * the server's text: draw it as text only.
 */
export function stallText({ cause }: Stall): string {
  return sentencesOf(cause).join(' ');
}

/** What is wrong with a backfill, and what to do; undefined where nothing is. The server's text may be in it. */
export function diagnosisText(diagnosis: {
  readonly stall: Stall | undefined;
  readonly attention: Attention | undefined;
}): string | undefined {
  const { stall, attention } = diagnosis;
  if (stall !== undefined) {
    return stallText(stall);
  }
  if (attention === undefined) {
    return undefined;
  }
  return attention.count === 1
    ? t('Completed, but 1 check of the sink fails now: not every row may have been delivered.')
    : t(
        'Completed, but {0} checks of the sink fail now: not every row may have been delivered.',
        formatCount(attention.count),
      );
}

/** What is wrong in two or three words, and since when. `now` is the server's time in ms. */
export function diagnosisTitle(
  backfill: Backfill,
  { stall }: { readonly stall: Stall | undefined },
  now: number,
): string {
  if (backfill.state === 'failed') {
    return t('Failed, {0}', formatAgo(endedAt(backfill) ?? backfill.updatedAt, now));
  }
  if (stall === undefined) {
    return t('Completed, but not everything is well');
  }
  return t('Does not move since {0} ({1})', formatClock(stall.since), formatDuration(now - stall.since));
}

function sentencesOf(cause: StallCause): Sentences {
  switch (cause.kind) {
    case 'noPrimaryKey':
      return [
        t('It failed before its first row, as a table without a primary key does.'),
        t('Add a primary key to the table, refresh the tables in the console, and start it again.'),
      ];
    case 'sinkPaused':
      return [
        t('The sink is paused, and its backfills stand still with it.'),
        t('Resume the sink in the console.'),
      ];
    case 'sinkDisabled':
      return [
        t('The sink is disabled: it takes backfills and never moves them.'),
        t('Enable the sink in the console.'),
      ];
    case 'deliveryFailing':
      return [
        withError(cause.error, t('The destination does not take the messages.'), (error) =>
          t('The destination does not take the messages: {0}.', error),
        ),
        t('See to the destination, or correct the sink in the console; Sequin tries again by itself.'),
      ];
    case 'bufferFull':
      return [
        withError(cause.error, t('The sink’s buffer is full.'), (error) =>
          t('The sink’s buffer is full: {0}.', error),
        ),
        t('Speed up the destination or the sink’s consumers; it goes on once the buffer empties.'),
      ];
    case 'fetchFailing':
      return [
        withError(cause.error, t('Sequin cannot read the table.'), (error) =>
          t('Sequin cannot read the table: {0}.', error),
        ),
        t('Check the source database, and the sink’s page in the console.'),
      ];
    case 'counting':
      return [
        t('The server still counts the table’s rows, which takes minutes on large tables.'),
        t('Wait; if it does not end, look for a long query or a lock in the source database.'),
      ];
    case 'nobodyReceives':
      return [
        t('Nobody receives: a Sequin Stream moves only as its messages are acknowledged.'),
        t('Start a consumer that receives from the sink and acknowledges its messages.'),
      ];
    case 'readerStarting':
      return [
        t('The server has not begun to read the table.'),
        t('If this goes on, check the source database’s connection and replication in the console.'),
      ];
    case 'unknown':
      return [
        t('It has stopped moving, and the server does not say why.'),
        t('Look at the sink’s messages in the console, and at the server’s log.'),
      ];
  }
}

/** A sentence with the error in it, if there is one: on one line, and without a full stop of its own. */
function withError(error: string | null, bare: string, full: (error: string) => string): string {
  const text = (error ?? '')
    .replace(/\s+/g, ' ')
    .replace(/[ .]+$/, '')
    .trimStart();
  return text === '' ? bare : full(text);
}
