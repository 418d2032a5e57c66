import { t } from '@vscode/l10n';
import type { Backfill } from '../model/Backfill.ts';
import type { BackfillChange, WriteAction } from '../model/backfillActions.ts';
import type { Sink } from '../model/Sink.ts';
import { actionTexts, describeCurrentState } from './actionText.ts';
import { formatCount, formatList } from './format.ts';
import { formatDestinationType, formatSinkName, formatSinkStatus } from './sinkText.ts';
import { toDisplayText } from './toDisplayText.ts';

/** The texts of a modal confirmation. */
export interface Confirmation {
  readonly message: string;
  readonly detail: string;
  /** The label of the button that performs the action. */
  readonly confirmLabel: string;
  /** The label of the button that dismisses the dialog. */
  readonly dismissLabel: string;
}

/** The maximum number of names in a dialog, so that the buttons stay on the screen. */
const maxNamesShown = 10;

/** The names, one per line, up to {@link maxNamesShown}. */
function formatNameLines(names: readonly string[]): string {
  const shown = names.slice(0, maxNamesShown).map(toDisplayText);
  const hiddenCount = names.length - shown.length;
  return [...shown, ...(hiddenCount > 0 ? [t('… and {0} more', formatCount(hiddenCount))] : [])].join('\n');
}

/** The confirmation for cancelling one backfill. `name` is `table → sink`, `now` the server's time in ms. */
export function createCancelConfirmation(backfill: Backfill, name: string, now: number): Confirmation {
  return {
    message: t('Cancel {0}?', name),
    detail: [
      describeCurrentState(backfill, now),
      t(
        'Rows already sent are not recalled. A cancelled backfill can’t be resumed; a new one starts from the first row.',
      ),
    ].join(' '),
    confirmLabel: t('Cancel Backfill'),
    dismissLabel: backfill.state === 'paused' ? t('Keep It') : t('Keep It Running'),
  };
}

/** The confirmation for changing several backfills. */
export function createChangeConfirmation(change: BackfillChange, names: readonly string[]): Confirmation {
  const { question, confirmAllLabel, warning } = actionTexts[change];
  return {
    message: question(formatCount(names.length)),
    detail: [formatNameLines(names), ...(warning === undefined ? [] : [warning()])].join('\n\n'),
    confirmLabel: confirmAllLabel(),
    dismissLabel: t('Do Nothing'),
  };
}

/** The additional confirmation for an action on production. `servers` contains the names of the connections. */
export function createProductionConfirmation(
  action: WriteAction,
  servers: readonly string[],
  names: readonly string[],
): Confirmation {
  const serverNames = formatList(servers.map(toDisplayText));
  return {
    message:
      servers.length === 1
        ? t('{0} is production. Go on?', serverNames)
        : t('{0} are production. Go on?', serverNames),
    detail: `${actionTexts[action].productionHeading()}\n\n${formatNameLines(names)}`,
    confirmLabel: t('Do It in Production'),
    dismissLabel: t('Do Nothing'),
  };
}

/** The confirmation for sending the token to a remote address without encryption. */
export function createUnencryptedConfirmation(address: string): Confirmation {
  return {
    message: t('Connect to {0} without encryption?', toDisplayText(address)),
    detail: t(
      'The address begins with http://, and is of another machine: whoever is between can read the token, and with it the passwords of your databases. Better is https://, or a tunnel to localhost.',
    ),
    confirmLabel: t('Connect Without Encryption'),
    dismissLabel: t('Do Not Connect'),
  };
}

/** The confirmation for keeping a token in memory only, because secret storage is not available. */
export function createUnsavedTokenConfirmation(): Confirmation {
  return {
    message: t('Couldn’t save the API token.'),
    detail: t(
      'VS Code’s secret storage does not work here. On Linux it needs a keyring such as gnome-keyring or KWallet, which runs and is unlocked; then enter the token again. Or let this window alone hold the token until it is closed.',
    ),
    confirmLabel: t('Use for This Window Only'),
    dismissLabel: t('Do Not Connect'),
  };
}

/** The confirmation for removing a connection. */
export function createRemoveConfirmation(name: string): Confirmation {
  return {
    message: t('Remove the connection {0}?', toDisplayText(name)),
    detail: t('Its token is deleted from this machine. Nothing changes on the server: what runs goes on.'),
    confirmLabel: t('Remove'),
    dismissLabel: t('Keep It'),
  };
}

/** The backfills to start, for their confirmation. */
export interface StartConfirmationInput {
  readonly sink: Sink;
  /** The tables to start a backfill for. */
  readonly tables: readonly string[];
  /** The selected tables that already have an unfinished backfill and are skipped. */
  readonly skippedTables: readonly string[];
}

/** The confirmation for starting backfills of a sink's tables. */
export function createStartConfirmation({
  sink,
  tables,
  skippedTables,
}: StartConfirmationInput): Confirmation {
  const [first = '', ...others] = tables;
  const { type, address } = sink.destination;
  const destination =
    address === null
      ? formatDestinationType(type)
      : `${formatDestinationType(type)}, ${toDisplayText(address)}`;
  const lines = [
    others.length === 0 ? '' : `${formatNameLines(tables)}\n`,
    t('Sink: {0}', formatSinkName(sink)),
    t('Destination: {0}', destination),
    describeInactiveSink(sink),
    skippedTables.length === 0
      ? ''
      : t(
          'Skipped because a backfill is already in progress: {0}',
          formatList(skippedTables.map(toDisplayText)),
        ),
  ];
  return {
    message:
      others.length === 0
        ? t('Start a backfill of {0}?', toDisplayText(first))
        : t('Start {0} backfills?', formatCount(tables.length)),
    detail: lines.filter(Boolean).join('\n'),
    confirmLabel: t('Start'),
    dismissLabel: t('Do Not Start'),
  };
}

/** Warns that a backfill won't progress while the sink is inactive; '' for an active sink. */
function describeInactiveSink({ status }: Sink): string {
  switch (status) {
    case 'active':
      return '';
    case 'paused':
      return t('The sink is paused. The backfill won’t continue until the sink is resumed.');
    case 'disabled':
      return t('The sink is disabled. The backfill may not continue until the sink is resumed.');
    default:
      return t('The status of the sink is {0}. The backfill may not continue.', formatSinkStatus(status));
  }
}
