import { t } from '@vscode/l10n';
import type { Failure } from '../api/failure.ts';
import { failureText, wayOnLabel, type WayOn } from './failureText.ts';
import { formatClock, formatCount } from './format.ts';

/** What a list says of itself, in a row among or in place of its items. */
export type Message =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'empty' }
  /** Some of its items are not shown yet. */
  | { readonly kind: 'more'; readonly hidden: number };

export interface MessageText {
  readonly text: string;
  /** What choosing the row does, where it does something. */
  readonly action?: { readonly label: string; readonly wayOn: WayOn | 'showMore' };
}

/** The words of a message in the list of sinks or of backfills. `server` is what the user calls the server. */
export function messageText(message: Message, list: 'sinks' | 'backfills', server: string): MessageText {
  switch (message.kind) {
    case 'loading':
      return { text: list === 'sinks' ? t('Loading sinks…') : t('Loading backfills…') };
    case 'empty':
      return { text: list === 'sinks' ? t('No sinks yet') : t('No backfills yet') };
    case 'failed': {
      const { sentence, wayOn } = failureText(message.failure, server);
      return { text: sentence, action: { label: wayOnLabel(wayOn), wayOn } };
    }
    case 'more':
      return {
        text: t('Show more ({0} older)', formatCount(message.hidden)),
        action: { label: t('Show more'), wayOn: 'showMore' },
      };
  }
}

/** Says above a list that it is old, and why. `loadedAt` is the editor's time of the last good answer. */
export function staleText(failure: Failure, loadedAt: number, server: string): string {
  return t('Updated {0} · {1}', formatClock(loadedAt), failureText(failure, server).sentence);
}
