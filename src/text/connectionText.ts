import { t } from '@vscode/l10n';
import type { Connection, ConnectionStatus } from '../model/Connection.ts';
import { describeAddressProblem, describeFailure } from './failureText.ts';
import type { Fact } from './Fact.ts';
import { formatCount } from './format.ts';
import { toDisplayText } from './toDisplayText.ts';

/** A connection's status in one to three words. */
export function formatConnectionStatus(status: ConnectionStatus): string {
  switch (status.kind) {
    case 'connecting':
      return t('connecting…');
    case 'connected':
      return t('connected');
    case 'signedOut':
      return t('signed out');
    case 'invalidAddress':
      return t('not an address');
    case 'tokenRejected':
      return t('token refused');
    case 'unreachable':
      return t('not reachable');
    case 'notSequin':
      return t('not a Sequin');
    case 'failing':
      return t('not ready');
  }
}

/** Explains a connection's status in a sentence; '' for a status that needs no explanation. */
export function describeConnectionStatus(status: ConnectionStatus, name: string): string {
  switch (status.kind) {
    case 'invalidAddress':
      return describeAddressProblem(status.problem);
    case 'tokenRejected':
    case 'unreachable':
    case 'notSequin':
    case 'failing':
      return describeFailure(status.failure, name).sentence;
    default:
      return '';
  }
}

/**
 * The description of a connection's row: the production label, the status unless connected, the running backfills
 * and the number of sinks. `sinks` is undefined until the list has loaded.
 */
export function describeConnection(
  status: ConnectionStatus,
  { isProduction, running, sinks }: { isProduction: boolean; running: string; sinks: number | undefined },
): string {
  return [
    isProduction ? getProductionLabel() : '',
    status.kind === 'connected' ? '' : formatConnectionStatus(status),
    running,
    sinks === undefined ? '' : sinks === 1 ? t('1 sink') : t('{0} sinks', formatCount(sinks)),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** The label of a connection whose writes require an additional confirmation. */
export function getProductionLabel(): string {
  return t('production');
}

/** The message above the sinks of a production connection. */
export function describeProduction(name: string): string {
  return t('{0} is production: every change is asked once more.', toDisplayText(name));
}

/** The facts in a connection's hover. */
export function toConnectionFacts(connection: Connection, status: ConnectionStatus): Fact[] {
  return [
    { label: t('Address'), value: toDisplayText(connection.address) },
    { label: t('Status'), value: formatConnectionStatus(status) },
    ...(connection.production
      ? [{ label: t('Label'), value: t('production: every change is asked once more') }]
      : []),
  ];
}
