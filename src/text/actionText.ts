import { t } from '@vscode/l10n';
import { type Backfill, getFinishTime } from '../model/Backfill.ts';
import type { BackfillAction, ChangeAction, StartAction } from '../model/backfillActions.ts';
import { formatProgress } from './backfillText.ts';
import { endWithPeriod, formatCount, formatRelativeTime } from './format.ts';
import { toDisplayText } from './toDisplayText.ts';

/** The texts of an action that writes. `name` is `table → sink`; counts are formatted and at least 2, `done` at least 0. */
export interface WriteText {
  readonly confirmed: (name: string) => string;
  /** The caller appends the reason. */
  readonly failed: (name: string) => string;
  /** The result is unknown. The caller appends the reason. */
  readonly unconfirmed: (name: string) => string;
  /** The title of the progress notification. */
  readonly progressTitle: (count: string) => string;
  readonly allConfirmed: (count: string) => string;
  readonly someConfirmed: (done: string, total: string) => string;
  /**
   * The question about one backfill or `3 backfills`. `production` is where it is run if that is production:
   * `production (eu-west)`.
   */
  readonly question: (subject: string, production?: string) => string;
  /** How the question names one backfill or sink; by default its name. */
  readonly subject?: (name: string) => string;
  /** How the question counts several; by default as backfills. */
  readonly countSubject?: (count: string) => string;
  /** The button that answers the question with yes. */
  readonly confirmLabel: (target: ConfirmTarget) => string;
  /** The button that answers the question with no: what stays as it is. */
  readonly dismissLabel: (target: ConfirmTarget) => string;
  /** What the question warns about. */
  readonly warning?: () => string;
}

/** What a confirmation is about. */
interface ConfirmTarget {
  readonly isProduction: boolean;
  readonly hasSeveral: boolean;
}

/** The button and the picker of an action on existing backfills. */
interface BackfillActionText {
  /** The name of the command in `contributions/commandIds.ts`. */
  readonly command: 'pauseBackfill' | 'resumeBackfill' | 'cancelBackfill' | 'runAgain';
  /** The label of the button on the backfill's page. */
  readonly label: () => string;
  /** The name of the codicon that the command has in `package.json`. */
  readonly icon: string;
  readonly pickPlaceholder: () => string;
  /** The message shown if there is nothing to pick. */
  readonly emptyMessage: () => string;
}

interface ChangeText extends WriteText, BackfillActionText {
  /** A pending change, at the start of a row's description: `pausing…`. */
  readonly pending: () => string;
}

const startText = {
  failed: (name) => t('Couldn’t start {0}.', name),
  unconfirmed: (name) => t('Couldn’t confirm that {0} was started.', name),
  progressTitle: (count) => t('Starting {0} backfills', count),
  subject: (name) => t('a backfill of {0}', name),
  question: (subject, production) =>
    production === undefined ? t('Start {0}?', subject) : t('Start {0} in {1}?', subject, production),
  confirmLabel: ({ isProduction }) => (isProduction ? t('Start in Production') : t('Start')),
  dismissLabel: () => t('Don’t Start'),
} satisfies Partial<WriteText>;

/**
 * The texts of each action of `model/backfillActions.ts`. They are functions, because the language is set when the
 * extension is activated.
 */
export const actionTexts: Readonly<Record<ChangeAction, ChangeText>> &
  Readonly<Record<StartAction, WriteText>> &
  Readonly<Record<BackfillAction, BackfillActionText>> = {
  pause: {
    command: 'pauseBackfill',
    label: () => t('Pause'),
    icon: 'debug-pause',
    pickPlaceholder: () => t('Select backfills to pause'),
    emptyMessage: () => t('No backfills are running.'),
    pending: () => t('pausing…'),
    question: (subject, production) =>
      production === undefined ? t('Pause {0}?', subject) : t('Pause {0} in {1}?', subject, production),
    confirmLabel: ({ isProduction }) => (isProduction ? t('Pause in Production') : t('Pause')),
    dismissLabel: () => t('Keep Running'),
    progressTitle: (count) => t('Pausing {0} backfills', count),
    confirmed: (name) => t('Paused {0}.', name),
    failed: (name) => t('Couldn’t pause {0}.', name),
    unconfirmed: (name) => t('Couldn’t confirm that {0} was paused.', name),
    allConfirmed: (count) => t('Paused {0} backfills.', count),
    someConfirmed: (done, total) => t('Paused {0} of {1} backfills.', done, total),
  },
  resume: {
    command: 'resumeBackfill',
    label: () => t('Resume'),
    icon: 'play',
    pickPlaceholder: () => t('Select backfills to resume'),
    emptyMessage: () => t('No backfills are paused.'),
    pending: () => t('resuming…'),
    question: (subject, production) =>
      production === undefined ? t('Resume {0}?', subject) : t('Resume {0} in {1}?', subject, production),
    confirmLabel: ({ isProduction }) => (isProduction ? t('Resume in Production') : t('Resume')),
    dismissLabel: () => t('Keep Paused'),
    progressTitle: (count) => t('Resuming {0} backfills', count),
    confirmed: (name) => t('Resumed {0}.', name),
    failed: (name) => t('Couldn’t resume {0}.', name),
    unconfirmed: (name) => t('Couldn’t confirm that {0} was resumed.', name),
    allConfirmed: (count) => t('Resumed {0} backfills.', count),
    someConfirmed: (done, total) => t('Resumed {0} of {1} backfills.', done, total),
  },
  cancel: {
    command: 'cancelBackfill',
    label: () => t('Cancel Backfill…'),
    icon: 'circle-slash',
    pickPlaceholder: () => t('Select backfills to cancel'),
    emptyMessage: () => t('No backfills are in progress.'),
    pending: () => t('cancelling…'),
    question: (subject, production) =>
      production === undefined ? t('Cancel {0}?', subject) : t('Cancel {0} in {1}?', subject, production),
    confirmLabel: ({ isProduction, hasSeveral }) =>
      hasSeveral
        ? isProduction
          ? t('Cancel Backfills in Production')
          : t('Cancel Backfills')
        : isProduction
          ? t('Cancel Backfill in Production')
          : t('Cancel Backfill'),
    dismissLabel: ({ hasSeveral }) => (hasSeveral ? t('Keep Backfills') : t('Keep Backfill')),
    warning: () =>
      t(
        'Rows already sent are not recalled. A cancelled backfill can’t be resumed; a new one starts from the first row.',
      ),
    progressTitle: (count) => t('Cancelling {0} backfills', count),
    confirmed: (name) => t('Cancelled {0}.', name),
    failed: (name) => t('Couldn’t cancel {0}.', name),
    unconfirmed: (name) => t('Couldn’t confirm that {0} was cancelled.', name),
    allConfirmed: (count) => t('Cancelled {0} backfills.', count),
    someConfirmed: (done, total) => t('Cancelled {0} of {1} backfills.', done, total),
  },
  runAgain: {
    command: 'runAgain',
    label: () => t('Run Again…'),
    icon: 'debug-restart',
    pickPlaceholder: () => t('Select backfills to run again'),
    emptyMessage: () => t('No finished backfills are loaded. Expand a sink to load its backfills.'),
  },
  start: {
    ...startText,
    confirmed: (name) => t('Started {0}.', name),
    allConfirmed: (count) => t('Started {0} backfills.', count),
    someConfirmed: (done, total) => t('Started {0} of {1} backfills.', done, total),
  },
  startPaused: {
    ...startText,
    confirmLabel: ({ isProduction }) => (isProduction ? t('Start Paused in Production') : t('Start Paused')),
    confirmed: (name) => t('Created {0} (paused).', name),
    allConfirmed: (count) => t('Created {0} backfills (paused).', count),
    someConfirmed: (done, total) => t('Created {0} of {1} backfills (paused).', done, total),
  },
  startQueued: {
    ...startText,
    confirmed: (name) => t('Queued {0}.', name),
    allConfirmed: (count) => t('Queued {0} backfills.', count),
    someConfirmed: (done, total) => t('Queued {0} of {1} backfills.', done, total),
  },
};

/** The number of backfills that are being created, at the start of a sink row's description. */
export function describePendingStarts(count: number): string {
  return count === 1 ? t('starting a backfill…') : t('starting {0} backfills…', formatCount(count));
}

/** The current state of a backfill as a sentence, to follow another one. `now` is the server's time in ms. */
export function describeCurrentState(backfill: Backfill, now: number): string {
  const ago = formatRelativeTime(getFinishTime(backfill) ?? backfill.updatedAt, now);
  switch (backfill.state) {
    case 'active':
      return endWithPeriod(t('It’s active: {0}', formatProgress(backfill)));
    case 'paused':
      return endWithPeriod(t('It’s paused: {0}', formatProgress(backfill)));
    case 'completed':
      return t('It already completed {0}.', ago);
    case 'cancelled':
      return t('It was already cancelled {0}.', ago);
    case 'failed':
      return t('It already failed {0}.', ago);
    default:
      return t('Its state is unknown to this version of the extension: {0}.', toDisplayText(backfill.state));
  }
}
