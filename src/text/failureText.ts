import { t } from '@vscode/l10n';
import type { AddressProblem } from '../model/Connection.ts';
import type { Failure } from '../model/failure.ts';
import { endWithPeriod, formatDuration, formatList } from './format.ts';
import { describeRejection } from './rejectionText.ts';
import { toDisplayText } from './toDisplayText.ts';

/** What the user can do about a failure. The view that shows the failure maps it to a command. */
export type RecoveryAction = 'retry' | 'enterToken' | 'changeAddress' | 'refresh' | 'showLog';

export interface FailureText {
  /** What happened and, unless the button covers it, what to do. */
  readonly sentence: string;
  readonly recovery: RecoveryAction;
}

/** A message and a recovery action for each failure. `serverName` is the name of the connection. */
export function describeFailure(failure: Failure, serverName: string): FailureText {
  const server = toDisplayText(serverName);
  switch (failure.kind) {
    case 'unauthorized':
      return { sentence: t('{0} rejected the API token.', server), recovery: 'enterToken' };
    case 'notFound':
      return describeNotFound(failure.resource, server);
    case 'invalid':
      return { sentence: describeInvalidRequest(failure, server), recovery: 'showLog' };
    case 'conflict':
      return {
        sentence:
          failure.reason === 'alreadyActive'
            ? t('A backfill of this table is already in progress.')
            : t('The backfill’s state no longer allows this.'),
        recovery: 'refresh',
      };
    case 'rateLimited':
      return {
        sentence:
          failure.retryAfterMs === undefined
            ? t('{0} is limiting the rate of requests.', server)
            : t(
                '{0} is limiting the rate of requests. Try again in {1}.',
                server,
                formatDuration(failure.retryAfterMs),
              ),
        recovery: 'retry',
      };
    case 'server':
      return {
        sentence:
          failure.status === 502 || failure.status === 503 || failure.status === 504
            ? t(
                '{0} is unavailable (HTTP {1}). It may be starting, or a proxy can’t reach it.',
                server,
                failure.status,
              )
            : t(
                '{0} returned an internal error (HTTP {1}). Check the Sequin server log.',
                server,
                failure.status,
              ),
        recovery: 'retry',
      };
    case 'network':
      return { sentence: describeNetworkFailure(failure.reason, server), recovery: 'retry' };
    case 'tls':
      return {
        sentence: describeTlsFailure(failure, server),
        recovery:
          failure.reason === 'notTls' || failure.reason === 'hostMismatch' ? 'changeAddress' : 'showLog',
      };
    case 'timeout':
      return {
        sentence: t('{0} didn’t respond within {1}.', server, formatDuration(failure.afterMs)),
        recovery: 'retry',
      };
    case 'invalidResponse':
      return describeInvalidResponse(failure, server);
    case 'cancelled':
      return { sentence: t('Cancelled.'), recovery: 'retry' };
    case 'internal':
      return { sentence: t('The extension failed with an internal error.'), recovery: 'showLog' };
  }
}

/** Uses this extension's text for known rejection reasons, and quotes the server for unknown ones. */
function describeInvalidRequest(
  { status, reasons }: Extract<Failure, { kind: 'invalid' }>,
  server: string,
): string {
  const translatedReasons = reasons.map(describeRejection);
  if (reasons.length > 0 && !translatedReasons.includes(undefined)) {
    return translatedReasons.join(' ');
  }
  if (reasons.length > 0) {
    return endWithPeriod(t('{0} rejected the request: {1}', server, reasons.map(toDisplayText).join('; ')));
  }
  return status === 413
    ? t('{0} rejected the request because it is too large.', server)
    : t('{0} rejected the request (HTTP {1}).', server, status);
}

function describeNotFound(resource: 'sink' | 'backfill' | 'database' | 'page', server: string): FailureText {
  const texts: Record<typeof resource, FailureText> = {
    sink: { sentence: t('This sink no longer exists.'), recovery: 'refresh' },
    backfill: { sentence: t('This backfill no longer exists.'), recovery: 'refresh' },
    database: { sentence: t('This database no longer exists.'), recovery: 'refresh' },
    page: { sentence: t('There is no Sequin API at {0}.', server), recovery: 'changeAddress' },
  };
  return texts[resource];
}

function describeNetworkFailure(
  reason: Extract<Failure, { kind: 'network' }>['reason'],
  server: string,
): string {
  const sentences: Record<typeof reason, string> = {
    refused: t('Can’t connect to {0}: connection refused. Is Sequin running?', server),
    hostUnknown: t('Can’t resolve {0}. Check the host name and your VPN.', server),
    unreachable: t('Can’t reach {0} from this machine.', server),
    interrupted: t('The connection to {0} was interrupted.', server),
    proxy: t(
      'The proxy for {0} isn’t responding. Check VS Code’s http.proxy setting or the system’s proxy.',
      server,
    ),
    proxyLogin: t('The proxy for {0} requires a user name and password.', server),
    other: t('Can’t reach {0}. Check the log for details.', server),
  };
  return sentences[reason];
}

function describeTlsFailure({ reason, names }: Extract<Failure, { kind: 'tls' }>, server: string): string {
  const sentences: Record<typeof reason, string> = {
    untrustedAuthority: t(
      '{0} uses a certificate from an untrusted authority. Add the authority to the system’s certificates or set NODE_EXTRA_CA_CERTS, then restart VS Code.',
      server,
    ),
    selfSigned: t(
      '{0} uses a self-signed certificate. Add it to the system’s certificates or set NODE_EXTRA_CA_CERTS, then restart VS Code.',
      server,
    ),
    expired: t('The certificate of {0} has expired. Renew it, or check this machine’s clock.', server),
    notYetValid: t(
      'The certificate of {0} isn’t valid yet. Check this machine’s clock, or replace the certificate.',
      server,
    ),
    hostMismatch:
      names === undefined
        ? t('The certificate of {0} is for another host name. Connect to the name that it is for.', server)
        : t(
            'The certificate of {0} is for another host name. Connect to one that it is for: {1}',
            server,
            formatList(names.map(toDisplayText)),
          ),
    notTls: t('{0} doesn’t use HTTPS. Try the address with http://.', server),
    protocolMismatch: t('{0} doesn’t support TLS 1.2 or later.', server),
    clientCertificate: t('{0} requires a client certificate, which this extension doesn’t support.', server),
    other: t('Couldn’t establish a secure connection to {0}. Check the log for details.', server),
  };
  return sentences[reason];
}

function describeInvalidResponse(
  { reason, origin }: Extract<Failure, { kind: 'invalidResponse' }>,
  server: string,
): FailureText {
  const texts: Record<typeof reason, FailureText> = {
    html: {
      sentence: t(
        '{0} returned a web page instead of a Sequin API response. Is it a login page or another service?',
        server,
      ),
      recovery: 'changeAddress',
    },
    redirect: {
      sentence:
        origin === undefined
          ? t('{0} redirects to another address. Connect to Sequin’s own address.', server)
          : t(
              '{0} redirects to {1}. If Sequin runs there, connect to that address.',
              server,
              toDisplayText(origin),
            ),
      recovery: 'changeAddress',
    },
    notHttp: {
      sentence: t('The response from {0} isn’t HTTP. Check the address.', server),
      recovery: 'changeAddress',
    },
    notJson: {
      sentence: t('The response from {0} isn’t a Sequin API response.', server),
      recovery: 'changeAddress',
    },
    shape: {
      sentence: t('The response from {0} isn’t a Sequin API response.', server),
      recovery: 'changeAddress',
    },
    tooLarge: { sentence: t('The response from {0} is too large.', server), recovery: 'showLog' },
    compression: { sentence: t('The response from {0} is corrupted.', server), recovery: 'retry' },
  };
  return texts[reason];
}

/** The label of the button or row that performs a recovery action. */
export function getRecoveryLabel(recovery: RecoveryAction): string {
  const labels: Record<RecoveryAction, string> = {
    retry: t('Retry'),
    enterToken: t('Enter Token'),
    changeAddress: t('Change Address'),
    refresh: t('Refresh'),
    showLog: t('Show Log'),
  };
  return labels[recovery];
}

/** Explains why an address is invalid. */
export function describeAddressProblem(problem: AddressProblem): string {
  const sentences: Record<AddressProblem, string> = {
    empty: t('Enter the address of your Sequin server.'),
    notAnAddress: t('Enter a valid address, such as http://localhost:7376'),
    scheme: t('The address must begin with http:// or https://'),
    credentials: t(
      'Remove the user name and password from the address. You enter the token in the next step.',
    ),
  };
  return sentences[problem];
}
