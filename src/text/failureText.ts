import * as l10n from '@vscode/l10n';
import type { AddressProblem } from '../model/Connection.ts';
import type { Failure } from '../model/failure.ts';
import { endWithPeriod, formatDuration, formatList } from './format.ts';
import { describeRejection } from './rejectionText.ts';
import { quoteServerText, toDisplayText } from './toDisplayText.ts';

/** What the user can do about a failure. The view that shows the failure performs the action. */
export type RecoveryAction = 'retry' | 'enterToken' | 'changeAddress' | 'refresh' | 'showLog';

export interface FailureText {
  /** What happened and, unless the recovery action is enough, what to do about it. */
  readonly sentence: string;
  readonly recovery: RecoveryAction;
}

/**
 * Describes a failure in a sentence, with its recovery action. `serverName` is the name of the server in the sentence,
 * usually the name of the connection. This name can be untrusted text.
 */
export function describeFailure(failure: Failure, serverName: string): FailureText {
  return { sentence: formatSentence(failure, toDisplayText(serverName)), recovery: getRecovery(failure) };
}

/** The recovery action for a failure. */
export function getRecovery(failure: Failure): RecoveryAction {
  switch (failure.kind) {
    case 'unauthorized':
      return 'enterToken';
    case 'notFound':
      return failure.resource === 'api' ? 'changeAddress' : 'refresh';
    case 'conflict':
      return 'refresh';
    case 'tls':
      return failure.reason === 'notTls' || failure.reason === 'hostMismatch' ? 'changeAddress' : 'showLog';
    case 'invalidResponse':
      return failure.reason === 'tooLarge'
        ? 'showLog'
        : failure.reason === 'compression'
          ? 'retry'
          : 'changeAddress';
    case 'invalid':
    case 'internal':
      return 'showLog';
    default:
      return 'retry';
  }
}

function formatSentence(failure: Failure, server: string): string {
  switch (failure.kind) {
    case 'unauthorized':
      return l10n.t('{0} rejected the API token.', server);
    case 'notFound':
      return describeNotFound(failure.resource, server);
    case 'invalid':
      return describeInvalidRequest(failure, server);
    case 'conflict':
      return failure.reason === 'alreadyActive'
        ? l10n.t('A backfill of this table is already in progress.')
        : l10n.t('The backfill’s state no longer allows this.');
    case 'rateLimited':
      return failure.retryAfterMs === undefined
        ? l10n.t('{0} is limiting the rate of requests.', server)
        : l10n.t(
            '{0} is limiting the rate of requests. Try again in {1}.',
            server,
            formatDuration(failure.retryAfterMs),
          );
    case 'server':
      return describeServerError(failure, server);
    case 'network':
      return describeNetworkFailure(failure.reason, server);
    case 'tls':
      return describeTlsFailure(failure, server);
    case 'timeout':
      return l10n.t('{0} didn’t respond within {1}.', server, formatDuration(failure.afterMs));
    case 'invalidResponse':
      return describeInvalidResponse(failure, server);
    case 'cancelled':
      return l10n.t('The request was canceled.');
    case 'internal':
      return l10n.t('The extension failed with an internal error.');
  }
}

function describeServerError(
  { status, serverMessages = [] }: Extract<Failure, { kind: 'server' }>,
  server: string,
): string {
  const quote = quoteServerMessages(serverMessages);
  if (quote !== '') {
    return endWithPeriod(l10n.t('{0} returned an error: {1}', server, quote));
  }
  return status === 502 || status === 503 || status === 504
    ? l10n.t('{0} is unavailable (HTTP {1}). It may be starting, or a proxy can’t reach it.', server, status)
    : l10n.t('{0} returned an internal error (HTTP {1}). Check the Sequin server log.', server, status);
}

/** Makes the server's messages safe to display, and joins them. Leaves out empty ones. */
function quoteServerMessages(serverMessages: readonly string[]): string {
  return serverMessages.map(quoteServerText).filter(Boolean).join('; ');
}

/** Uses sentences of the extension if it knows all of the server's messages. Otherwise, quotes all messages. */
function describeInvalidRequest(
  { status, serverMessages }: Extract<Failure, { kind: 'invalid' }>,
  server: string,
): string {
  const translatedMessages = serverMessages.map(describeRejection);
  if (serverMessages.length > 0 && !translatedMessages.includes(undefined)) {
    return translatedMessages.join(' ');
  }
  const quote = quoteServerMessages(serverMessages);
  if (quote !== '') {
    return endWithPeriod(l10n.t('{0} rejected the request: {1}', server, quote));
  }
  return status === 413
    ? l10n.t('{0} rejected the request because it is too large.', server)
    : l10n.t('{0} rejected the request (HTTP {1}).', server, status);
}

function describeNotFound(
  resource: Extract<Failure, { kind: 'notFound' }>['resource'],
  server: string,
): string {
  const sentences: Record<typeof resource, string> = {
    sink: l10n.t('This sink no longer exists.'),
    backfill: l10n.t('This backfill no longer exists.'),
    database: l10n.t('This database no longer exists.'),
    api: l10n.t('There is no Sequin API at {0}.', server),
  };
  return sentences[resource];
}

function describeNetworkFailure(
  reason: Extract<Failure, { kind: 'network' }>['reason'],
  server: string,
): string {
  const sentences: Record<typeof reason, string> = {
    refused: l10n.t('Can’t connect to {0}: connection refused. Is Sequin running?', server),
    hostUnknown: l10n.t('Can’t resolve {0}. Check the host name and your VPN.', server),
    unreachable: l10n.t('Can’t reach {0} from this machine.', server),
    interrupted: l10n.t('The connection to {0} was interrupted.', server),
    proxy: l10n.t(
      'The proxy for {0} isn’t responding. Check VS Code’s http.proxy setting or the system’s proxy.',
      server,
    ),
    proxyLogin: l10n.t('The proxy for {0} requires a user name and password.', server),
    other: l10n.t('Can’t reach {0}. Check the log for details.', server),
  };
  return sentences[reason];
}

function describeTlsFailure({ reason, names }: Extract<Failure, { kind: 'tls' }>, server: string): string {
  const sentences: Record<typeof reason, string> = {
    untrustedAuthority: l10n.t(
      '{0} uses a certificate from an untrusted authority. Add the authority to the system’s certificates or set NODE_EXTRA_CA_CERTS, then restart VS Code.',
      server,
    ),
    selfSigned: l10n.t(
      '{0} uses a self-signed certificate. Add it to the system’s certificates or set NODE_EXTRA_CA_CERTS, then restart VS Code.',
      server,
    ),
    expired: l10n.t('The certificate of {0} has expired. Renew it, or check this machine’s clock.', server),
    notYetValid: l10n.t(
      'The certificate of {0} isn’t valid yet. Check this machine’s clock, or replace the certificate.',
      server,
    ),
    hostMismatch:
      names === undefined
        ? l10n.t(
            'The certificate of {0} is for another host name. Use the host name in the certificate.',
            server,
          )
        : endWithPeriod(
            l10n.t(
              'The certificate of {0} is for another host name. Use one that the certificate is valid for: {1}',
              server,
              formatList(names.map(toDisplayText)),
            ),
          ),
    notTls: l10n.t('{0} doesn’t use HTTPS. Try the address with http://.', server),
    protocolMismatch: l10n.t('{0} doesn’t support TLS 1.2 or later.', server),
    clientCertificate: l10n.t(
      '{0} requires a client certificate, which this extension doesn’t support.',
      server,
    ),
    other: l10n.t('Couldn’t establish a secure connection to {0}. Check the log for details.', server),
  };
  return sentences[reason];
}

function describeInvalidResponse(
  { reason, origin }: Extract<Failure, { kind: 'invalidResponse' }>,
  server: string,
): string {
  const noApiResponse = l10n.t('The response from {0} isn’t a Sequin API response.', server);
  const sentences: Record<typeof reason, string> = {
    html: l10n.t(
      '{0} returned a web page instead of a Sequin API response. Is it a login page or another service?',
      server,
    ),
    redirect:
      origin === undefined
        ? l10n.t('{0} redirects to another address. Connect to Sequin’s own address.', server)
        : l10n.t(
            '{0} redirects to {1}. If Sequin runs there, connect to that address.',
            server,
            toDisplayText(origin),
          ),
    notHttp: l10n.t('The response from {0} isn’t HTTP. Check the address.', server),
    notJson: noApiResponse,
    shape: noApiResponse,
    tooLarge: l10n.t('The response from {0} is too large.', server),
    compression: l10n.t('The response from {0} is corrupted.', server),
  };
  return sentences[reason];
}

/** The label of the button or row that performs a recovery action. */
export function getRecoveryLabel(recovery: RecoveryAction): string {
  const labels: Record<RecoveryAction, string> = {
    retry: l10n.t('Retry'),
    enterToken: l10n.t('Enter Token'),
    changeAddress: l10n.t('Change Address'),
    refresh: l10n.t('Refresh'),
    showLog: l10n.t('Show Log'),
  };
  return labels[recovery];
}

/** Explains why the address of a server or of its metrics is invalid. */
export function describeAddressProblem(problem: AddressProblem): string {
  const sentences: Record<AddressProblem, string> = {
    empty: l10n.t('Enter the address of your Sequin server.'),
    notAnAddress: l10n.t('Enter a valid address.'),
    scheme: l10n.t('The address must begin with http:// or https://'),
    credentials: l10n.t('Remove the user name and password from the address.'),
  };
  return sentences[problem];
}
