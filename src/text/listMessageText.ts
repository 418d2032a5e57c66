import * as l10n from '@vscode/l10n';
import type { AddressProblem } from '../model/Connection.ts';
import { isOld } from '../model/dataAge.ts';
import type { Failure } from '../model/failure.ts';
import type { LoadState, SkippedItems } from '../model/LoadState.ts';
import { formatBackfillCount } from './backfillCountsText.ts';
import {
  describeAddressProblem,
  describeFailure,
  getRecoveryLabel,
  type RecoveryAction,
} from './failureText.ts';
import { formatCount, formatTime, joinParts } from './format.ts';
import { formatSinkCount } from './sinkText.ts';

/** What a list in the tree contains. */
export type ListContent = 'sinks' | 'backfills' | 'databases';

/** The status of a list, shown as a row among or instead of its items. */
export type ListMessage =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'empty' }
  /** A link to a page of Sequin's documentation. */
  | { readonly kind: 'help'; readonly topic: HelpTopic }
  /** There is no token for the server. */
  | { readonly kind: 'signedOut' }
  /** The address in the settings is invalid. */
  | { readonly kind: 'invalidAddress'; readonly problem: AddressProblem }
  /** Only the newest items are shown. */
  | { readonly kind: 'more'; readonly hiddenCount: number }
  /** The filter hides some items. */
  | { readonly kind: 'hidden'; readonly hiddenCount: number }
  /** Some items of the response couldn't be read. */
  | ({ readonly kind: 'skipped' } & SkippedItems);

/** A topic of Sequin's documentation. */
export type HelpTopic = 'server' | 'token' | 'sinks' | 'backfills';

/** An action that a list offers, including recovery actions. */
type ListAction = RecoveryAction | 'showMore' | 'showFinished' | 'startBackfill' | 'openInConsole';

export interface ListMessageText {
  readonly text: string;
  /** The action that selecting the row performs, if any. */
  readonly action?: { readonly label: string; readonly id: ListAction };
}

/** The text of a message in a list. */
export function describeListMessage(
  message: ListMessage,
  list: ListContent,
  connectionName: string,
): ListMessageText {
  switch (message.kind) {
    case 'loading':
      return { text: getLoadingText(list) };
    case 'empty':
      return list === 'sinks'
        ? {
            text: l10n.t('No sinks yet'),
            action: { label: l10n.t('Create a Sink in the Console'), id: 'openInConsole' },
          }
        : {
            text: l10n.t('No backfills yet'),
            action: { label: l10n.t('Start Backfill…'), id: 'startBackfill' },
          };
    case 'help':
      return { text: getHelpText(message.topic) };
    case 'signedOut':
      return {
        text: l10n.t('Signed out'),
        action: { label: getRecoveryLabel('enterToken'), id: 'enterToken' },
      };
    case 'invalidAddress':
      return {
        text: describeAddressProblem(message.problem),
        action: { label: getRecoveryLabel('changeAddress'), id: 'changeAddress' },
      };
    case 'failed': {
      const { sentence, recovery } = describeFailure(message.failure, connectionName);
      return { text: sentence, action: { label: getRecoveryLabel(recovery), id: recovery } };
    }
    case 'more':
      return {
        text: l10n.t('{0} older', formatCount(message.hiddenCount)),
        action: { label: l10n.t('Show More'), id: 'showMore' },
      };
    case 'hidden':
      return {
        text:
          list === 'sinks'
            ? describeHiddenSinks(message.hiddenCount)
            : describeHiddenBackfills(message.hiddenCount),
        action: { label: l10n.t('Show All'), id: 'showFinished' },
      };
    case 'skipped':
      return {
        text: describeSkipped(message),
        action: { label: getRecoveryLabel('showLog'), id: 'showLog' },
      };
  }
}

function getLoadingText(list: ListContent): string {
  const texts: Record<ListContent, string> = {
    sinks: l10n.t('Loading sinks…'),
    backfills: l10n.t('Loading backfills…'),
    databases: l10n.t('Loading databases…'),
  };
  return texts[list];
}

function getHelpText(topic: HelpTopic): string {
  const texts: Record<HelpTopic, string> = {
    server: l10n.t('Learn how to run Sequin'),
    token: l10n.t('Learn how to create an API token'),
    sinks: l10n.t('Learn about sinks'),
    backfills: l10n.t('Learn about backfills'),
  };
  return texts[topic];
}

function describeHiddenSinks(count: number): string {
  return count === 1
    ? l10n.t('1 sink without a backfill in progress is hidden')
    : l10n.t('{0} sinks without a backfill in progress are hidden', formatCount(count));
}

function describeHiddenBackfills(count: number): string {
  return count === 1
    ? l10n.t('1 finished backfill is hidden')
    : l10n.t('{0} finished backfills are hidden', formatCount(count));
}

function describeSkipped({ sinks = 0, backfills = 0, databases = 0 }: SkippedItems): string {
  const databasesText =
    databases === 1 ? l10n.t('1 database') : l10n.t('{0} databases', formatCount(databases));
  const texts = [
    sinks > 0 ? formatSinkCount(sinks) : '',
    backfills > 0 ? formatBackfillCount(backfills) : '',
    databases > 0 ? databasesText : '',
  ];
  return joinParts(...texts.filter(Boolean).map((text) => l10n.t('{0} couldn’t be read', text)));
}

/**
 * The message above a list with stale or old data: the time of the last update and, after a failure, the reason; '' for
 * current data. `now` is the local time in ms.
 */
export function describeStaleness(
  { loadedAt, failure, retryAt, fromCache }: Omit<LoadState, 'loading'>,
  connectionName: string,
  now: number,
): string {
  if (loadedAt === undefined) {
    return '';
  }
  const loadedTime = formatTime(loadedAt, now);
  if (failure !== undefined) {
    const { sentence } = describeFailure(failure, connectionName);
    return retryAt === undefined || retryAt <= now
      ? l10n.t('Updated {0} · {1}', loadedTime, sentence)
      : l10n.t('Updated {0} · {1} Retrying at {2}.', loadedTime, sentence, formatTime(retryAt, now));
  }
  if (fromCache === true) {
    return l10n.t('Stale (updated {0}) · refreshing…', loadedTime);
  }
  return isOld(loadedAt, now) ? l10n.t('Updated {0}', loadedTime) : '';
}
