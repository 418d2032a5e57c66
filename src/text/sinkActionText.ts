import * as l10n from '@vscode/l10n';
import type { Sink } from '../model/Sink.ts';
import type { SinkAction } from '../model/sinkActions.ts';
import { actionTexts, type ChangeText, type WriteText } from './actionText.ts';
import { formatSinkStatus } from './sinkText.ts';

const subjects = {
  subject: (name) => l10n.t('the sink {0}', name),
  countSubject: (count) => l10n.t('{0} sinks', count),
} satisfies Partial<WriteText>;

/** The texts of each action of `model/sinkActions.ts`. `name` is the name of the sink. */
export const sinkActionTexts: Readonly<Record<SinkAction, ChangeText>> = {
  resumeSink: {
    ...subjects,
    label: () => l10n.t('Resume Sink'),
    icon: 'play',
    pickPlaceholder: () => l10n.t('Select sinks to resume'),
    emptyMessage: () => l10n.t('No sinks are paused.'),
    pending: () => l10n.t('resuming…'),
    question: actionTexts.resume.question,
    confirmLabel: actionTexts.resume.confirmLabel,
    dismissLabel: () => l10n.t('Keep Paused'),
    warning: () => l10n.t('Backfills of the sink usually continue within 15 s and repeat some rows.'),
    progressTitle: (count) => l10n.t('Resuming {0} sinks', count),
    confirmed: (name) => l10n.t('Resumed the sink {0}.', name),
    failed: (name) => l10n.t('Couldn’t resume the sink {0}.', name),
    unconfirmed: (name) => l10n.t('Couldn’t confirm that the sink {0} was resumed.', name),
    allConfirmed: (count) => l10n.t('Resumed {0} sinks.', count),
    someConfirmed: (done, total) => l10n.t('Resumed {0} of {1} sinks.', done, total),
  },
  enableSink: {
    ...subjects,
    label: () => l10n.t('Enable Sink'),
    icon: 'play',
    pickPlaceholder: () => l10n.t('Select sinks to enable'),
    emptyMessage: () => l10n.t('No sinks are disabled.'),
    pending: () => l10n.t('enabling…'),
    question: (target) => l10n.t('Enable {0}?', target),
    confirmLabel: () => l10n.t('Enable'),
    dismissLabel: () => l10n.t('Keep Disabled'),
    warning: () => l10n.t('Backfills of the sink usually continue within 15 s and repeat some rows.'),
    progressTitle: (count) => l10n.t('Enabling {0} sinks', count),
    confirmed: (name) => l10n.t('Enabled the sink {0}.', name),
    failed: (name) => l10n.t('Couldn’t enable the sink {0}.', name),
    unconfirmed: (name) => l10n.t('Couldn’t confirm that the sink {0} was enabled.', name),
    allConfirmed: (count) => l10n.t('Enabled {0} sinks.', count),
    someConfirmed: (done, total) => l10n.t('Enabled {0} of {1} sinks.', done, total),
  },
  pauseSink: {
    ...subjects,
    label: () => l10n.t('Pause Sink…'),
    icon: 'debug-pause',
    pickPlaceholder: () => l10n.t('Select sinks to pause'),
    emptyMessage: () => l10n.t('No sinks are active.'),
    pending: () => l10n.t('pausing…'),
    question: actionTexts.pause.question,
    confirmLabel: actionTexts.pause.confirmLabel,
    dismissLabel: () => l10n.t('Keep Active'),
    warning: () => l10n.t('Backfills and live changes stop until the sink is resumed.'),
    progressTitle: (count) => l10n.t('Pausing {0} sinks', count),
    confirmed: (name) => l10n.t('Paused the sink {0}.', name),
    failed: (name) => l10n.t('Couldn’t pause the sink {0}.', name),
    unconfirmed: (name) => l10n.t('Couldn’t confirm that the sink {0} was paused.', name),
    allConfirmed: (count) => l10n.t('Paused {0} sinks.', count),
    someConfirmed: (done, total) => l10n.t('Paused {0} of {1} sinks.', done, total),
  },
  disableSink: {
    ...subjects,
    label: () => l10n.t('Disable Sink…'),
    icon: 'circle-slash',
    pickPlaceholder: () => l10n.t('Select sinks to disable'),
    emptyMessage: () => l10n.t('All sinks are disabled.'),
    pending: () => l10n.t('disabling…'),
    question: (target) => l10n.t('Disable {0}?', target),
    confirmLabel: () => l10n.t('Disable'),
    dismissLabel: () => l10n.t('Don’t Disable'),
    warning: () =>
      l10n.t(
        'Running backfills and live changes continue until Sequin restarts the replication of the database, then stop. Pause the sink to stop them at once.',
      ),
    progressTitle: (count) => l10n.t('Disabling {0} sinks', count),
    confirmed: (name) => l10n.t('Disabled the sink {0}.', name),
    failed: (name) => l10n.t('Couldn’t disable the sink {0}.', name),
    unconfirmed: (name) => l10n.t('Couldn’t confirm that the sink {0} was disabled.', name),
    allConfirmed: (count) => l10n.t('Disabled {0} sinks.', count),
    someConfirmed: (done, total) => l10n.t('Disabled {0} of {1} sinks.', done, total),
  },
};

/** The current status of a sink, as a sentence that follows another one. */
export function describeSinkState({ status }: Sink): string {
  switch (status) {
    case 'active':
      return l10n.t('It’s active.');
    case 'paused':
      return l10n.t('It’s paused.');
    case 'disabled':
      return l10n.t('It’s disabled.');
    default:
      return l10n.t('Its status is unknown to this version of the extension: {0}.', formatSinkStatus(status));
  }
}
