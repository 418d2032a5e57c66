import { t } from '@vscode/l10n';
import type { Failure } from '../api/failure.ts';
import type { AddressProblem } from '../model/Connection.ts';
import { addressProblemText, failureText, wayOnLabel, type WayOn } from './failureText.ts';
import { formatClock, formatCount, formatTime } from './format.ts';

/** What a list says of itself, in a row among or in place of its items. */
export type Message =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'empty' }
  /** There is no token for the server. */
  | { readonly kind: 'signedOut' }
  /** The settings name no address that could be asked. */
  | { readonly kind: 'badAddress'; readonly problem: AddressProblem }
  /** Some of its items are not shown yet. */
  | { readonly kind: 'more'; readonly hidden: number }
  /** The filter hides some. */
  | { readonly kind: 'hidden'; readonly hidden: number };

export interface MessageText {
  readonly text: string;
  /** What choosing the row does, where it does something. */
  readonly action?: { readonly label: string; readonly wayOn: WayOn | 'showMore' | 'showEnded' };
}

/** The words of a message in the list of sinks or of backfills. `server` is what the user calls the server. */
export function messageText(message: Message, list: 'sinks' | 'backfills', server: string): MessageText {
  switch (message.kind) {
    case 'loading':
      return { text: list === 'sinks' ? t('Loading sinks…') : t('Loading backfills…') };
    case 'empty':
      return { text: list === 'sinks' ? t('No sinks yet') : t('No backfills yet') };
    case 'signedOut':
      return {
        text: t('Signed out'),
        action: { label: wayOnLabel('enterToken'), wayOn: 'enterToken' },
      };
    case 'badAddress':
      return {
        text: addressProblemText(message.problem),
        action: { label: wayOnLabel('changeAddress'), wayOn: 'changeAddress' },
      };
    case 'failed': {
      const { sentence, wayOn } = failureText(message.failure, server);
      return { text: sentence, action: { label: wayOnLabel(wayOn), wayOn } };
    }
    case 'more':
      return {
        text: t('{0} older', formatCount(message.hidden)),
        action: { label: t('Show more'), wayOn: 'showMore' },
      };
    case 'hidden':
      return {
        text:
          list === 'sinks'
            ? t('{0} sinks without a running backfill are hidden', formatCount(message.hidden))
            : t('{0} ended backfills are hidden', formatCount(message.hidden)),
        action: { label: t('Show all'), wayOn: 'showEnded' },
      };
  }
}

/** What a view says above its list: that it is old, since when and why; '' while it is not. `now` is the editor's time. */
export function staleText({ load, server, now }: StaleFacts): string {
  if (load.loadedAt === undefined) {
    return '';
  }
  const time = now - load.loadedAt < dayMs ? formatClock(load.loadedAt) : formatTime(load.loadedAt);
  if (load.failure !== undefined) {
    const { sentence } = failureText(load.failure, server);
    return load.retryAt === undefined
      ? t('Updated {0} · {1}', time, sentence)
      : t('Updated {0} · {1} Trying again at {2}.', time, sentence, formatClock(load.retryAt));
  }
  return load.kept === true ? t('From {0} · asking {1}…', time, server) : '';
}

const dayMs = 24 * 3600_000;

export interface StaleFacts {
  readonly load: {
    readonly loadedAt: number | undefined;
    readonly failure: Failure | undefined;
    readonly retryAt?: number | undefined;
    readonly kept?: true;
  };
  readonly server: string;
  readonly now: number;
}
