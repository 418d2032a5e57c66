import * as l10n from '@vscode/l10n';
import type { Sink } from '../model/Sink.ts';
import type { SinkAction } from '../model/sinkActions.ts';
import { type ChangeText, pauseText, resumeText } from './actionText.ts';
import { formatSinkStatus } from './sinkText.ts';

/** The texts of each action of `model/sinkActions.ts`. */
export const sinkActionTexts: Readonly<Record<SinkAction, ChangeText>> = {
  resumeSink: {
    ...resumeText,
    label: () => l10n.t('Resume Sink'),
    pickPlaceholder: () => l10n.t('Select sinks to resume'),
    emptyMessage: () => l10n.t('No sinks are paused.'),
    warning: () => l10n.t('The sink’s backfills usually continue within 15 s and repeat some rows.'),
  },
  enableSink: {
    label: () => l10n.t('Enable Sink'),
    icon: 'play',
    pickPlaceholder: () => l10n.t('Select sinks to enable'),
    emptyMessage: () => l10n.t('No sinks are disabled.'),
    pending: () => l10n.t('enabling…'),
    question: (target) => l10n.t('Enable {0}?', target),
    confirmLabel: () => l10n.t('Enable'),
    dismissLabel: () => l10n.t('Keep Disabled'),
    warning: () => l10n.t('The sink’s backfills usually continue within 15 s and repeat some rows.'),
    progressTitle: (target) => l10n.t('Enabling {0}', target),
    confirmed: (target) => l10n.t('Enabled {0}.', target),
    failed: (target) => l10n.t('Couldn’t enable {0}.', target),
    unconfirmed: (target) => l10n.t('Couldn’t confirm that {0} was enabled.', target),
  },
  pauseSink: {
    ...pauseText,
    label: () => l10n.t('Pause Sink…'),
    pickPlaceholder: () => l10n.t('Select sinks to pause'),
    emptyMessage: () => l10n.t('No sinks are active.'),
    dismissLabel: () => l10n.t('Keep Active'),
    warning: () => l10n.t('Backfills and live changes stop until the sink is resumed.'),
  },
  disableSink: {
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
    progressTitle: (target) => l10n.t('Disabling {0}', target),
    confirmed: (target) => l10n.t('Disabled {0}.', target),
    failed: (target) => l10n.t('Couldn’t disable {0}.', target),
    unconfirmed: (target) => l10n.t('Couldn’t confirm that {0} was disabled.', target),
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
