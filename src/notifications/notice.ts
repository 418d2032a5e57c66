import { t } from '@vscode/l10n';
import { failureText, wayOnLabel } from '../text/failureText.ts';
import { plainMessage } from '../text/plainMessage.ts';
import { happeningsText, happeningText, type Happening } from '../text/noticeText.ts';
import type { Severity } from './showMessage.ts';

/** A message to the user, and what can be done about it. */
export interface Notice {
  readonly severity: Severity;
  readonly message: string;
  readonly buttons: readonly NoticeButton[];
}

interface NoticeButton {
  readonly label: string;
  /** The command that it runs, and what with. */
  readonly command: string;
  readonly target?: unknown;
}

/** Something that happened, and where. */
export type Located = Happening & {
  readonly address: string;
  /** What the server is called, where it is one of several. */
  readonly server: string | undefined;
};

/** Whether it needs somebody, rather than only being good to know. */
export function isProblem(happening: Happening): boolean {
  switch (happening.kind) {
    case 'completed':
      return happening.failingChecks > 0;
    case 'cancelled':
      return false;
    case 'failed':
    case 'stalled':
      return true;
  }
}

/** One notice for all that happened at once: in full for one backfill, in counts for many. */
export function noticeOf(first: Located, ...others: readonly Located[]): Notice {
  const all = [first, ...others];
  const severity = all.some(({ kind }) => kind === 'failed')
    ? 'error'
    : all.some(isProblem)
      ? 'warning'
      : 'information';
  return others.length === 0
    ? { severity, message: happeningText(first, first.server), buttons: buttonsOf(first) }
    : {
        severity,
        message: happeningsText(all),
        buttons: [{ label: t('Show'), command: 'sequin.sinks.focus' }],
      };
}

/** That a server refuses its token. */
export function refusedNotice(address: string, name: string): Notice {
  const { sentence } = failureText({ kind: 'unauthorized' }, name);
  return {
    severity: 'warning',
    message: plainMessage(sentence),
    buttons: [{ label: wayOnLabel('enterToken'), command: 'sequin.enterToken', target: { address } }],
  };
}

function buttonsOf(happening: Located): NoticeButton[] {
  const { sinkId, id } = happening.backfill;
  const target = { kind: 'backfill', address: happening.address, sinkId, backfillId: id };
  const open = { label: t('Open'), command: 'sequin.openBackfill', target };
  // Sequin's own pages are where a sink is mended.
  return isProblem(happening)
    ? [open, { label: t('Open in Console'), command: 'sequin.openInConsole', target }]
    : [open];
}
