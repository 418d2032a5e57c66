import * as l10n from '@vscode/l10n';
import type { WriteAction } from '../model/backfillActions.ts';
import type { Connection } from '../model/Connection.ts';
import type { Sink } from '../model/Sink.ts';
import type { SinkAction } from '../model/sinkActions.ts';
import { isNamedProduction } from './connectionText.ts';
import { formatCount, formatLimitedList, formatList } from './format.ts';
import { describeMissingQueue } from './queueText.ts';
import { formatDestinationType, formatSinkName, formatSinkStatus } from './sinkText.ts';
import { toDisplayText } from './toDisplayText.ts';
import { formatTargetCount, formatTargetName, getWriteText } from './writeText.ts';

/** The texts of a modal confirmation. */
export interface Confirmation {
  readonly message: string;
  readonly detail: string;
  /** The label of the button that performs the action. */
  readonly confirmLabel: string;
  /** The label of the button that dismisses the dialog. */
  readonly dismissLabel: string;
  /** Whether the button that dismisses the dialog has the focus, so that Enter changes nothing. */
  readonly isDismissDefault?: boolean;
}

/** The maximum number of names that a dialog lists, so that its buttons stay on the screen. */
const maxNamesShown = 10;

/** Lists the first {@link maxNamesShown} names, one per line, then the number of the remaining names. */
export function formatNameLines(names: readonly string[]): string {
  const shown = names.slice(0, maxNamesShown).map(toDisplayText);
  const hiddenCount = names.length - shown.length;
  return [...shown, ...(hiddenCount > 0 ? [l10n.t('… and {0} more', formatCount(hiddenCount))] : [])].join(
    '\n',
  );
}

/** The backfills or sinks that an action changes. */
export interface ActionTargets {
  /** The name of each target, already converted by {@link toDisplayText}: `table → sink` for a backfill. */
  readonly names: readonly string[];
  /** The connections that the targets belong to. */
  readonly connections: readonly Pick<Connection, 'name' | 'production'>[];
  /** Details of the target, such as its progress. Shown only if there is a single target. */
  readonly detail?: string;
}

/** The confirmation for an action on backfills or sinks. In production, Enter dismisses the dialog. */
export function createActionConfirmation(
  action: WriteAction | SinkAction,
  { names, connections, detail = '' }: ActionTargets,
): Confirmation {
  const { question, questionTarget, confirmLabel, dismissLabel, warning } = getWriteText(action);
  const [firstName = '', ...otherNames] = names;
  const hasSeveral = otherNames.length > 0;
  const production = formatProduction(connections);
  const isProduction = production !== undefined;
  const target = hasSeveral
    ? formatTargetCount(action, names.length)
    : (questionTarget?.(firstName) ?? formatTargetName(action, firstName));
  return {
    message: question(production === undefined ? target : l10n.t('{0} in {1}', target, production)),
    detail: [hasSeveral ? formatNameLines(names) : detail, warning?.() ?? ''].filter(Boolean).join('\n\n'),
    confirmLabel: formatConfirmLabel(confirmLabel(hasSeveral), isProduction),
    dismissLabel: dismissLabel(hasSeveral),
    isDismissDefault: isProduction,
  };
}

/** The label of the button that performs an action: `Pause`, or `Pause in Production`. */
export function formatConfirmLabel(label: string, isProduction: boolean): string {
  return isProduction ? l10n.t('{0} in Production', label) : label;
}

/** The databases whose replication an action restarts, and the number of running backfills that this interrupts. */
export interface Interruption {
  readonly count: number;
  readonly databases: readonly string[];
}

/** The confirmation for an action on sinks. Warns if the action interrupts backfills of other sinks. */
export function createSinkConfirmation(
  action: SinkAction,
  targets: ActionTargets,
  interruption: Interruption,
): Confirmation {
  const confirmation = createActionConfirmation(action, targets);
  return interruption.count === 0
    ? confirmation
    : { ...confirmation, detail: `${confirmation.detail}\n\n${describeInterruption(interruption)}` };
}

function describeInterruption({ count, databases }: Interruption): string {
  const names = formatList(databases.map(toDisplayText));
  return count === 1
    ? l10n.t(
        'Sequin restarts the replication of {0}. This interrupts 1 other running backfill for about 20 s and makes it repeat some rows.',
        names,
      )
    : l10n.t(
        'Sequin restarts the replication of {0}. This interrupts {1} other running backfills for about 20 s and makes them repeat some rows.',
        names,
        formatCount(count),
      );
}

/**
 * Formats the connections in which an action takes effect: `production (eu-west)`. Doesn't add “production” to names
 * that contain the word, such as `Prod EU`. Undefined if no connection is production.
 */
export function formatProduction(connections: ActionTargets['connections']): string | undefined {
  if (!connections.some(({ production }) => production)) {
    return undefined;
  }
  const places = connections.map(({ name, production }) =>
    production && !isNamedProduction(name)
      ? l10n.t('production ({0})', toDisplayText(name))
      : toDisplayText(name),
  );
  return formatList([...new Set(places)]);
}

/** The confirmation for sending the token to a remote address without encryption. */
export function createUnencryptedConfirmation(address: string): Confirmation {
  return {
    message: l10n.t('Connect to {0} without encryption?', toDisplayText(address)),
    detail: l10n.t(
      'Your API token would be sent unencrypted over the network. Anyone who intercepts it can read your database passwords. Use https:// or a tunnel to localhost instead.',
    ),
    confirmLabel: l10n.t('Connect Without Encryption'),
    dismissLabel: l10n.t('Don’t Connect'),
  };
}

/** The confirmation for sending the credentials of the metrics to a remote address without encryption. */
export function createUnencryptedMetricsConfirmation(url: string): Confirmation {
  return {
    message: l10n.t('Use {0} without encryption?', toDisplayText(url)),
    detail: l10n.t(
      'Your user name and password would be sent unencrypted over the network. Use https:// or a tunnel to localhost instead.',
    ),
    confirmLabel: l10n.t('Use Without Encryption'),
    dismissLabel: l10n.t('Don’t Use'),
  };
}

/** The confirmation for keeping a token only in memory, because secret storage isn't available. */
export function createUnsavedTokenConfirmation(): Confirmation {
  return {
    message: l10n.t('Couldn’t save the API token.'),
    detail: l10n.t(
      'VS Code’s secret storage isn’t available. On Linux, start and unlock a keyring such as gnome-keyring or KWallet, then try again. You can also keep the token in memory until this window closes.',
    ),
    confirmLabel: l10n.t('Use for This Window Only'),
    dismissLabel: l10n.t('Don’t Connect'),
  };
}

/** The confirmation for removing a connection. */
export function createRemoveConfirmation(name: string): Confirmation {
  return {
    message: l10n.t('Remove the connection {0}?', toDisplayText(name)),
    detail: l10n.t(
      'Its API token and metrics URL are deleted from VS Code’s secret storage. Sinks and backfills on the server are not affected.',
    ),
    confirmLabel: l10n.t('Remove'),
    dismissLabel: l10n.t('Keep Connection'),
  };
}

/** The input of {@link createStartConfirmation}. */
export interface StartConfirmationInput {
  readonly sink: Sink;
  readonly connection: Pick<Connection, 'name' | 'production'>;
  /** The tables to start a backfill for. */
  readonly tables: readonly string[];
  /** The selected tables that are skipped, because they already have an unfinished backfill. */
  readonly skippedTables: readonly string[];
  /** Whether backfills of this server can run a few at a time. */
  readonly canQueue?: boolean;
}

/** The confirmation for starting backfills of a sink's tables. */
export function createStartConfirmation(input: StartConfirmationInput): Confirmation {
  const { sink, connection, tables, skippedTables, canQueue = true } = input;
  const lines = [
    ...(tables.length > 1 ? [formatNameLines(tables), ''] : []),
    ...describeDestination(sink),
    ...(skippedTables.length === 0 ? [] : [describeSkipped(skippedTables)]),
    ...(canQueue || tables.length === 1 ? [] : [describeMissingQueue()]),
  ];
  return {
    ...createActionConfirmation('start', {
      names: tables.map(toDisplayText),
      connections: [connection],
    }),
    detail: lines.join('\n'),
  };
}

function describeSkipped(tables: readonly string[]): string {
  return l10n.t(
    'Skipped because a backfill is already in progress: {0}',
    formatLimitedList(tables.map(toDisplayText), maxNamesShown),
  );
}

/** Lists the sink and its destination, one per line, and warns about an inactive sink. */
function describeDestination(sink: Sink): string[] {
  const { type, address } = sink.destination;
  const typeName = formatDestinationType(type);
  const warning = getInactiveSinkWarning(sink);
  return [
    l10n.t('Sink: {0}', formatSinkName(sink)),
    l10n.t('Destination: {0}', address === null ? typeName : `${typeName}, ${toDisplayText(address)}`),
    ...(warning === undefined ? [] : [warning]),
  ];
}

/** Warns that a backfill won't or may not progress while the sink is inactive; undefined for an active sink. */
function getInactiveSinkWarning({ status }: Sink): string | undefined {
  switch (status) {
    case 'active':
      return undefined;
    case 'paused':
      return l10n.t('The sink is paused. The backfill won’t continue until the sink is resumed.');
    case 'disabled':
      return l10n.t('The sink is disabled. The backfill may not continue until the sink is enabled.');
    default:
      return l10n.t(
        'The status of the sink is {0}. The backfill may not continue.',
        formatSinkStatus(status),
      );
  }
}
