import { t } from '@vscode/l10n';
import type { Connection, ConnectionStatus } from '../model/Connection.ts';
import { describeAddressProblem, describeFailure } from './failureText.ts';
import type { Fact } from './Fact.ts';
import { formatCount } from './format.ts';

/** A connection's status in a word or two. */
export function formatConnectionStatus(status: ConnectionStatus): string {
  switch (status.kind) {
    case 'connecting':
      return t('connecting…');
    case 'connected':
      return t('connected');
    case 'signedOut':
      return t('signed out');
    case 'badAddress':
      return status.problem === 'duplicate' ? t('address taken') : t('not an address');
    case 'tokenRefused':
      return t('token refused');
    case 'notReachable':
      return t('not reachable');
    case 'notSequin':
      return t('not a Sequin');
    case 'failing':
      return t('not ready');
  }
}

/** What a connection's status means, as a sentence; '' where the name says it all. */
export function describeConnectionStatus(status: ConnectionStatus, name: string): string {
  switch (status.kind) {
    case 'badAddress':
      return describeAddressProblem(status.problem);
    case 'tokenRefused':
    case 'notReachable':
    case 'notSequin':
    case 'failing':
      return describeFailure(status.failure, name).sentence;
    default:
      return '';
  }
}

/**
 * What stands behind a connection's name: that it is production, how it stands if not well, what runs there, and how
 * many sinks it has; `sinks` is undefined while nobody knows.
 */
export function describeConnection(
  status: ConnectionStatus,
  { isProduction, running, sinks }: { isProduction: boolean; running: string; sinks: number | undefined },
): string {
  return [
    isProduction ? productionLabel() : '',
    status.kind === 'connected' ? '' : formatConnectionStatus(status),
    running,
    sinks === undefined ? '' : sinks === 1 ? t('1 sink') : t('{0} sinks', formatCount(sinks)),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** What a connection is labelled with whose writes are asked twice. */
export function productionLabel(): string {
  return t('production');
}

/** That a server is production, above its sinks. */
export function describeProduction(name: string): string {
  return t('{0} is production: every change is asked once more.', name);
}

/** What a connection's hover says of it, label by label. */
export function toConnectionFacts(connection: Connection, status: ConnectionStatus): Fact[] {
  return [
    { label: t('Address'), value: connection.address },
    { label: t('Status'), value: formatConnectionStatus(status) },
    ...(connection.production
      ? [{ label: t('Label'), value: t('production: every change is asked once more') }]
      : []),
  ];
}
