import type { Fact } from '../text/Fact.ts';

/** What the page of a backfill draws: words and numbers, ready made. All texts are drawn as text. */
export interface BackfillPage {
  readonly title: string;
  /** Where it runs: the sink and its destination. */
  readonly subtitle: string;
  /** The state by Sequin's name, which picks the colour and the icon, and in words. */
  readonly state: { readonly id: string; readonly name: string };
  /** 0 to 1; undefined while the rows are not counted. */
  readonly fraction: number | undefined;
  readonly progress: string;
  /** Why it does not move, and what to do; undefined while it does. */
  readonly diagnosis: string | undefined;
  readonly facts: readonly Fact[];
  /** The checks of the sink's health. */
  readonly checks: readonly Fact[];
  readonly labels: { readonly facts: string; readonly checks: string };
  readonly actions: readonly { readonly id: PageAction; readonly label: string }[];
}

/** Something to say above, or in place of, the facts: that they are old, or that there are none. */
export interface PageNotice {
  readonly text: string;
  readonly action: { readonly id: PageAction; readonly label: string } | undefined;
}

const pageActions = ['refresh', 'connect', 'copyBackfillId', 'openInConsole', 'showLog'] as const;
export type PageAction = (typeof pageActions)[number];

/** From the extension to the page: all of what it shows now. */
export interface ShowMessage {
  readonly type: 'show';
  readonly page: BackfillPage | undefined;
  readonly notice: PageNotice | undefined;
}

/** From the page to the extension. */
export type PageMessage = { readonly type: 'ready' } | { readonly type: 'run'; readonly action: PageAction };

/** Reads a message from the page; undefined for anything else. */
export function readPageMessage(message: unknown): PageMessage | undefined {
  if (typeof message !== 'object' || message === null || !('type' in message)) {
    return undefined;
  }
  if (message.type === 'ready') {
    return { type: 'ready' };
  }
  const action = message.type === 'run' && 'action' in message ? message.action : undefined;
  const known = pageActions.find((id) => id === action);
  return known === undefined ? undefined : { type: 'run', action: known };
}
