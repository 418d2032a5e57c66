import { t } from '@vscode/l10n';
import type { Sink } from '../model/Sink.ts';
import type { SinkAction } from '../model/sinkActions.ts';
import type { WriteText } from './actionText.ts';
import { formatSinkStatus } from './sinkText.ts';

interface SinkActionText extends WriteText {
  /** The label of a button: the command's title. */
  readonly label: () => string;
  /** The name of the codicon that the command has in `package.json`. */
  readonly icon: string;
  readonly pickPlaceholder: () => string;
  /** The message shown if there is nothing to pick. */
  readonly emptyMessage: () => string;
  /** A pending action, at the start of a row's description. */
  readonly pending: () => string;
}

const subjects = {
  subject: (name) => t('the sink {0}', name),
  countSubject: (count) => t('{0} sinks', count),
} satisfies Partial<WriteText>;

/** The texts of each action of `model/sinkActions.ts`. `name` is the name of the sink; counts are at least 2. */
export const sinkActionTexts: Readonly<Record<SinkAction, SinkActionText>> = {
  resumeSink: {
    ...subjects,
    label: () => t('Resume Sink'),
    icon: 'play',
    pickPlaceholder: () => t('Select sinks to resume'),
    emptyMessage: () => t('No sinks are paused.'),
    pending: () => t('resuming…'),
    question: (subject, production) =>
      production === undefined ? t('Resume {0}?', subject) : t('Resume {0} in {1}?', subject, production),
    confirmLabel: ({ isProduction }) => (isProduction ? t('Resume in Production') : t('Resume')),
    dismissLabel: () => t('Keep Paused'),
    warning: () => t('Backfills of the sink usually continue within 15 s and repeat some rows.'),
    progressTitle: (count) => t('Resuming {0} sinks', count),
    confirmed: (name) => t('Resumed the sink {0}.', name),
    failed: (name) => t('Couldn’t resume the sink {0}.', name),
    unconfirmed: (name) => t('Couldn’t confirm that the sink {0} was resumed.', name),
    allConfirmed: (count) => t('Resumed {0} sinks.', count),
    someConfirmed: (done, total) => t('Resumed {0} of {1} sinks.', done, total),
  },
  enableSink: {
    ...subjects,
    label: () => t('Enable Sink'),
    icon: 'play',
    pickPlaceholder: () => t('Select sinks to enable'),
    emptyMessage: () => t('No sinks are disabled.'),
    pending: () => t('enabling…'),
    question: (subject, production) =>
      production === undefined ? t('Enable {0}?', subject) : t('Enable {0} in {1}?', subject, production),
    confirmLabel: ({ isProduction }) => (isProduction ? t('Enable in Production') : t('Enable')),
    dismissLabel: () => t('Keep Disabled'),
    warning: () => t('Backfills of the sink usually continue within 15 s and repeat some rows.'),
    progressTitle: (count) => t('Enabling {0} sinks', count),
    confirmed: (name) => t('Enabled the sink {0}.', name),
    failed: (name) => t('Couldn’t enable the sink {0}.', name),
    unconfirmed: (name) => t('Couldn’t confirm that the sink {0} was enabled.', name),
    allConfirmed: (count) => t('Enabled {0} sinks.', count),
    someConfirmed: (done, total) => t('Enabled {0} of {1} sinks.', done, total),
  },
  pauseSink: {
    ...subjects,
    label: () => t('Pause Sink…'),
    icon: 'debug-pause',
    pickPlaceholder: () => t('Select sinks to pause'),
    emptyMessage: () => t('No sinks are active.'),
    pending: () => t('pausing…'),
    question: (subject, production) =>
      production === undefined ? t('Pause {0}?', subject) : t('Pause {0} in {1}?', subject, production),
    confirmLabel: ({ isProduction }) => (isProduction ? t('Pause in Production') : t('Pause')),
    dismissLabel: () => t('Keep Active'),
    warning: () => t('Backfills and live changes stop until the sink is resumed.'),
    progressTitle: (count) => t('Pausing {0} sinks', count),
    confirmed: (name) => t('Paused the sink {0}.', name),
    failed: (name) => t('Couldn’t pause the sink {0}.', name),
    unconfirmed: (name) => t('Couldn’t confirm that the sink {0} was paused.', name),
    allConfirmed: (count) => t('Paused {0} sinks.', count),
    someConfirmed: (done, total) => t('Paused {0} of {1} sinks.', done, total),
  },
  disableSink: {
    ...subjects,
    label: () => t('Disable Sink…'),
    icon: 'circle-slash',
    pickPlaceholder: () => t('Select sinks to disable'),
    emptyMessage: () => t('All sinks are disabled.'),
    pending: () => t('disabling…'),
    question: (subject, production) =>
      production === undefined ? t('Disable {0}?', subject) : t('Disable {0} in {1}?', subject, production),
    confirmLabel: ({ isProduction }) => (isProduction ? t('Disable in Production') : t('Disable')),
    dismissLabel: () => t('Don’t Disable'),
    warning: () =>
      t(
        'Running backfills and live changes continue until Sequin restarts the replication of the database, then stop. Pause the sink to stop them at once.',
      ),
    progressTitle: (count) => t('Disabling {0} sinks', count),
    confirmed: (name) => t('Disabled the sink {0}.', name),
    failed: (name) => t('Couldn’t disable the sink {0}.', name),
    unconfirmed: (name) => t('Couldn’t confirm that the sink {0} was disabled.', name),
    allConfirmed: (count) => t('Disabled {0} sinks.', count),
    someConfirmed: (done, total) => t('Disabled {0} of {1} sinks.', done, total),
  },
};

/** The current status of a sink as a sentence, to follow another one. */
export function describeSinkState({ status }: Sink): string {
  switch (status) {
    case 'active':
      return t('It’s active.');
    case 'paused':
      return t('It’s paused.');
    case 'disabled':
      return t('It’s disabled.');
    default:
      return t('Its status is unknown to this version of the extension: {0}.', formatSinkStatus(status));
  }
}
