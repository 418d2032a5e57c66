import * as l10n from '@vscode/l10n';
import { type Backfill, getFinishTime } from '../model/Backfill.ts';
import type { BackfillAction, ChangeAction, StartAction } from '../model/backfillActions.ts';
import { featureMinimumVersions } from '../model/serverVersion.ts';
import { formatProgress } from './backfillText.ts';
import { endWithPeriod, formatRelativeTime } from './format.ts';
import { toDisplayText } from './toDisplayText.ts';
import type { WriteText } from './writeText.ts';

/** The texts and the icon of an action's button, and the texts of the quick pick for the targets of the action. */
interface ButtonText {
  /** The label of the button on the page. */
  readonly label: () => string;
  /** The name of the command's codicon in `package.json`. */
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
  /** The note about a pending change in the description of a row: `pausing…`. */
  readonly pending: () => string;
}

/** The texts that are the same for pausing backfills and sinks. */
export const pauseText = {
  icon: 'debug-pause',
  pending: () => l10n.t('pausing…'),
  question: (target) => l10n.t('Pause {0}?', target),
  confirmLabel: () => l10n.t('Pause'),
  progressTitle: (target) => l10n.t('Pausing {0}', target),
  confirmed: (target) => l10n.t('Paused {0}.', target),
  failed: (target) => l10n.t('Couldn’t pause {0}.', target),
  unconfirmed: (target) => l10n.t('Couldn’t confirm that {0} was paused.', target),
} satisfies Partial<ChangeText>;

/** The texts that are the same for resuming backfills and sinks. */
export const resumeText = {
  icon: 'play',
  pending: () => l10n.t('resuming…'),
  question: (target) => l10n.t('Resume {0}?', target),
  confirmLabel: () => l10n.t('Resume'),
  dismissLabel: () => l10n.t('Keep Paused'),
  progressTitle: (target) => l10n.t('Resuming {0}', target),
  confirmed: (target) => l10n.t('Resumed {0}.', target),
  failed: (target) => l10n.t('Couldn’t resume {0}.', target),
  unconfirmed: (target) => l10n.t('Couldn’t confirm that {0} was resumed.', target),
} satisfies Partial<ChangeText>;

const startText = {
  failed: (target) => l10n.t('Couldn’t start {0}.', target),
  unconfirmed: (target) => l10n.t('Couldn’t confirm that {0} was started.', target),
  progressTitle: (target) => l10n.t('Starting {0}', target),
  questionTarget: (name) => l10n.t('a backfill of {0}', name),
  question: (target) => l10n.t('Start {0}?', target),
  confirmLabel: () => l10n.t('Start'),
  dismissLabel: () => l10n.t('Don’t Start'),
} satisfies Partial<WriteText>;

/**
 * The texts of each action in `model/backfillActions.ts`. They are functions, because the language isn't known until
 * the extension is activated.
 */
export const actionTexts: Readonly<Record<ChangeAction, ChangeText>> &
  Readonly<Record<StartAction, WriteText>> &
  Readonly<Record<BackfillAction, BackfillButtonText>> = {
  pause: {
    ...pauseText,
    command: 'pauseBackfill',
    label: () => l10n.t('Pause'),
    pickPlaceholder: () => l10n.t('Select backfills to pause'),
    emptyMessage: () => l10n.t('No backfills are running.'),
    dismissLabel: () => l10n.t('Keep Running'),
  },
  resume: {
    ...resumeText,
    command: 'resumeBackfill',
    label: () => l10n.t('Resume'),
    pickPlaceholder: () => l10n.t('Select backfills to resume'),
    emptyMessage: () => l10n.t('No backfills are paused.'),
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
    progressTitle: (target) => l10n.t('Canceling {0}', target),
    confirmed: (target) => l10n.t('Cancelled {0}.', target),
    failed: (target) => l10n.t('Couldn’t cancel {0}.', target),
    unconfirmed: (target) => l10n.t('Couldn’t confirm that {0} was cancelled.', target),
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
    confirmed: (target) => l10n.t('Started {0}.', target),
  },
  startPaused: {
    ...startText,
    confirmLabel: () => l10n.t('Start Paused'),
    confirmed: (target) => l10n.t('Created {0} (paused).', target),
  },
  startQueued: {
    ...startText,
    confirmed: (target) => l10n.t('Queued {0}.', target),
  },
};

/** Explains that a server is too old to pause backfills, resume them, or start them paused. */
export function describePauseRequirement(): string {
  return l10n.t('Pausing backfills requires Sequin {0} or later.', featureMinimumVersions.paused);
}

/** Describes the current state of a backfill, in a sentence that follows another. `now` is the server's time in ms. */
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
