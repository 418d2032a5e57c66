import * as l10n from '@vscode/l10n';
import { type Backfill, getFinishTime } from '../model/Backfill.ts';
import type { BackfillAction, ChangeAction, StartAction } from '../model/backfillActions.ts';
import { formatProgress } from './backfillText.ts';
import { endWithPeriod, formatRelativeTime } from './format.ts';
import { toDisplayText } from './toDisplayText.ts';

/**
 * The texts of an action that writes. `name` is `table → sink`, or the name of a sink. `count` and `total` are formatted
 * numbers of 2 or more, `done` is one of 0 or more.
 */
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
  /** Asks whether to run the action on a target: `3 backfills`, or `3 backfills in production (eu-west)`. */
  readonly question: (target: string) => string;
  /** The subject of the question for one backfill or sink; by default its name. */
  readonly subject?: (name: string) => string;
  /** The subject of the question for several; by default `3 backfills`. */
  readonly countSubject?: (count: string) => string;
  /** The button that answers the question with yes. */
  readonly confirmLabel: (hasSeveral: boolean) => string;
  /** The button that answers the question with no: what stays as it is. */
  readonly dismissLabel: (hasSeveral: boolean) => string;
  /** A warning below the question. */
  readonly warning?: () => string;
}

/** The button and the picker of an action on existing backfills or sinks. */
interface ButtonText {
  /** The label of the button on the page. */
  readonly label: () => string;
  /** The name of the codicon that the command has in `package.json`. */
  readonly icon: string;
  readonly pickPlaceholder: () => string;
  /** The message shown if there is nothing to pick. */
  readonly emptyMessage: () => string;
}

interface BackfillButtonText extends ButtonText {
  /** The name of the command in `contributions/commandIds.ts`. */
  readonly command: 'pauseBackfill' | 'resumeBackfill' | 'cancelBackfill' | 'runAgain';
}

/** The texts of an action that changes an existing backfill or sink. */
export interface ChangeText extends WriteText, ButtonText {
  /** A pending change, at the start of a row's description: `pausing…`. */
  readonly pending: () => string;
}

const startText = {
  failed: (name) => l10n.t('Couldn’t start {0}.', name),
  unconfirmed: (name) => l10n.t('Couldn’t confirm that {0} was started.', name),
  progressTitle: (count) => l10n.t('Starting {0} backfills', count),
  subject: (name) => l10n.t('a backfill of {0}', name),
  question: (target) => l10n.t('Start {0}?', target),
  confirmLabel: () => l10n.t('Start'),
  dismissLabel: () => l10n.t('Don’t Start'),
} satisfies Partial<WriteText>;

/**
 * The texts of each action of `model/backfillActions.ts`. They are functions, because the language is set when the
 * extension is activated.
 */
export const actionTexts: Readonly<Record<ChangeAction, ChangeText>> &
  Readonly<Record<StartAction, WriteText>> &
  Readonly<Record<BackfillAction, BackfillButtonText>> = {
  pause: {
    command: 'pauseBackfill',
    label: () => l10n.t('Pause'),
    icon: 'debug-pause',
    pickPlaceholder: () => l10n.t('Select backfills to pause'),
    emptyMessage: () => l10n.t('No backfills are running.'),
    pending: () => l10n.t('pausing…'),
    question: (target) => l10n.t('Pause {0}?', target),
    confirmLabel: () => l10n.t('Pause'),
    dismissLabel: () => l10n.t('Keep Running'),
    progressTitle: (count) => l10n.t('Pausing {0} backfills', count),
    confirmed: (name) => l10n.t('Paused {0}.', name),
    failed: (name) => l10n.t('Couldn’t pause {0}.', name),
    unconfirmed: (name) => l10n.t('Couldn’t confirm that {0} was paused.', name),
    allConfirmed: (count) => l10n.t('Paused {0} backfills.', count),
    someConfirmed: (done, total) => l10n.t('Paused {0} of {1} backfills.', done, total),
  },
  resume: {
    command: 'resumeBackfill',
    label: () => l10n.t('Resume'),
    icon: 'play',
    pickPlaceholder: () => l10n.t('Select backfills to resume'),
    emptyMessage: () => l10n.t('No backfills are paused.'),
    pending: () => l10n.t('resuming…'),
    question: (target) => l10n.t('Resume {0}?', target),
    confirmLabel: () => l10n.t('Resume'),
    dismissLabel: () => l10n.t('Keep Paused'),
    progressTitle: (count) => l10n.t('Resuming {0} backfills', count),
    confirmed: (name) => l10n.t('Resumed {0}.', name),
    failed: (name) => l10n.t('Couldn’t resume {0}.', name),
    unconfirmed: (name) => l10n.t('Couldn’t confirm that {0} was resumed.', name),
    allConfirmed: (count) => l10n.t('Resumed {0} backfills.', count),
    someConfirmed: (done, total) => l10n.t('Resumed {0} of {1} backfills.', done, total),
  },
  cancel: {
    command: 'cancelBackfill',
    label: () => l10n.t('Cancel Backfill…'),
    icon: 'circle-slash',
    pickPlaceholder: () => l10n.t('Select backfills to cancel'),
    emptyMessage: () => l10n.t('No backfills are in progress.'),
    pending: () => l10n.t('canceling…'),
    question: (target) => l10n.t('Cancel {0}?', target),
    confirmLabel: (hasSeveral) => (hasSeveral ? l10n.t('Cancel Backfills') : l10n.t('Cancel Backfill')),
    dismissLabel: (hasSeveral) => (hasSeveral ? l10n.t('Keep Backfills') : l10n.t('Keep Backfill')),
    warning: () =>
      l10n.t(
        'Rows already sent are not recalled. A cancelled backfill can’t be resumed; a new one starts from the first row.',
      ),
    progressTitle: (count) => l10n.t('Canceling {0} backfills', count),
    confirmed: (name) => l10n.t('Cancelled {0}.', name),
    failed: (name) => l10n.t('Couldn’t cancel {0}.', name),
    unconfirmed: (name) => l10n.t('Couldn’t confirm that {0} was cancelled.', name),
    allConfirmed: (count) => l10n.t('Cancelled {0} backfills.', count),
    someConfirmed: (done, total) => l10n.t('Cancelled {0} of {1} backfills.', done, total),
  },
  runAgain: {
    command: 'runAgain',
    label: () => l10n.t('Run Again…'),
    icon: 'debug-restart',
    pickPlaceholder: () => l10n.t('Select backfills to run again'),
    emptyMessage: () => l10n.t('No finished backfills are loaded. Expand a sink to load its backfills.'),
  },
  start: {
    ...startText,
    confirmed: (name) => l10n.t('Started {0}.', name),
    allConfirmed: (count) => l10n.t('Started {0} backfills.', count),
    someConfirmed: (done, total) => l10n.t('Started {0} of {1} backfills.', done, total),
  },
  startPaused: {
    ...startText,
    confirmLabel: () => l10n.t('Start Paused'),
    confirmed: (name) => l10n.t('Created {0} (paused).', name),
    allConfirmed: (count) => l10n.t('Created {0} backfills (paused).', count),
    someConfirmed: (done, total) => l10n.t('Created {0} of {1} backfills (paused).', done, total),
  },
  startQueued: {
    ...startText,
    confirmed: (name) => l10n.t('Queued {0}.', name),
    allConfirmed: (count) => l10n.t('Queued {0} backfills.', count),
    someConfirmed: (done, total) => l10n.t('Queued {0} of {1} backfills.', done, total),
  },
};

/** The current state of a backfill, as a sentence that follows another one. `now` is the server's time in ms. */
export function describeCurrentState(backfill: Backfill, now: number): string {
  const ago = formatRelativeTime(getFinishTime(backfill) ?? backfill.updatedAt, now);
  switch (backfill.state) {
    case 'active':
      return endWithPeriod(l10n.t('It’s active: {0}', formatProgress(backfill)));
    case 'paused':
      return endWithPeriod(l10n.t('It’s paused: {0}', formatProgress(backfill)));
    case 'completed':
      return l10n.t('It already completed {0}.', ago);
    case 'cancelled':
      return l10n.t('It was already cancelled {0}.', ago);
    case 'failed':
      return l10n.t('It already failed {0}.', ago);
    default:
      return l10n.t(
        'Its state is unknown to this version of the extension: {0}.',
        toDisplayText(backfill.state),
      );
  }
}
