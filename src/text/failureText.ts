import { t } from '@vscode/l10n';
import type { Failure } from '../model/failure.ts';
import type { AddressProblem } from '../model/Connection.ts';
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
      return describeNotFound(failure.what, server);
    case 'invalid':
      return { sentence: describeInvalidRequest(failure, server), recovery: 'showLog' };
    case 'conflict':
      return {
        sentence:
          failure.reason === 'alreadyActive'
            ? t('A backfill of this table already runs or is paused.')
            : t('The state of the backfill does not allow that any more.'),
        recovery: 'refresh',
      };
    case 'rateLimited':
      return {
        sentence:
          failure.retryAfterMs === undefined
            ? t('{0} asks for fewer requests.', server)
            : t('{0} asks to wait {1}.', server, formatDuration(failure.retryAfterMs)),
        recovery: 'retry',
      };
    case 'server':
      return {
        sentence:
          failure.status === 502 || failure.status === 503 || failure.status === 504
            ? t(
                '{0} is not ready (status {1}); it may be starting, or a proxy does not reach it.',
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
        recovery: failure.reason === 'notTls' || failure.reason === 'name' ? 'changeAddress' : 'showLog',
      };
    case 'timeout':
      return {
        sentence: t('{0} did not answer within {1}.', server, formatDuration(failure.afterMs)),
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
    return endWithPeriod(t('{0} refused the request: {1}', server, reasons.map(toDisplayText).join('; ')));
  }
  return status === 413
    ? t('{0} refused the request, since it is too long.', server)
    : t('{0} refused the request (status {1}).', server, status);
}

function describeNotFound(resource: 'sink' | 'backfill' | 'page', server: string): FailureText {
  const texts: Record<typeof resource, FailureText> = {
    sink: { sentence: t('This sink does not exist any more.'), recovery: 'refresh' },
    backfill: { sentence: t('This backfill does not exist any more.'), recovery: 'refresh' },
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
      '{0} cannot be reached, since the proxy before it does not answer. VS Code’s setting http.proxy names it, or else the system.',
      server,
    ),
    proxyLogin: t('The proxy before {0} asks for a user and a password that it was not given.', server),
    other: t('Can’t reach {0}. Check the log for details.', server),
  };
  return sentences[reason];
}

function describeTlsFailure({ reason, names }: Extract<Failure, { kind: 'tls' }>, server: string): string {
  const sentences: Record<typeof reason, string> = {
    authority: t(
      'The certificate of {0} comes from an authority that this machine does not trust. Add the authority to the system’s certificates, or name its file in NODE_EXTRA_CA_CERTS, before VS Code starts.',
      server,
    ),
    selfSigned: t(
      'The certificate of {0} is signed by itself, so that no authority vouches for it. Add it to the system’s certificates, or name its file in NODE_EXTRA_CA_CERTS, before VS Code starts.',
      server,
    ),
    expired: t(
      'The certificate of {0} has expired. Whoever runs the server must renew it, unless this machine’s clock is wrong.',
      server,
    ),
    notYetValid: t(
      'The certificate of {0} is not valid yet. Is this machine’s clock right? If so, whoever runs the server must replace it.',
      server,
    ),
    name:
      names === undefined
        ? t('The certificate of {0} is for another host name. Connect to the name that it is for.', server)
        : t(
            'The certificate of {0} is for another host name. Connect to one that it is for: {1}',
            server,
            formatList(names.map(toDisplayText)),
          ),
    notTls: t('{0} does not speak https. Try the address with http://.', server),
    version: t(
      '{0} and VS Code have no kind of encryption in common. Whoever runs the server must allow TLS 1.2 or later.',
      server,
    ),
    clientCertificate: t('{0} asks for a client certificate, and this extension has none to show.', server),
    other: t('No secure connection to {0} came about; the log has the details.', server),
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
        '{0} answered with a web page, not as Sequin does. Is something else there, such as a login page?',
        server,
      ),
      recovery: 'changeAddress',
    },
    redirect: {
      sentence:
        origin === undefined
          ? t('{0} redirects to another address. Connect to where Sequin itself answers.', server)
          : t(
              '{0} redirects to {1}. Connect to that address if Sequin is there, and not a login page.',
              server,
              toDisplayText(origin),
            ),
      recovery: 'changeAddress',
    },
    notHttp: {
      sentence: t('What {0} answers is not HTTP. Is the address right?', server),
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
    tooLarge: { sentence: t('The answer of {0} is too large.', server), recovery: 'showLog' },
    compression: { sentence: t('The answer of {0} arrived damaged.', server), recovery: 'retry' },
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
    notAnAddress: t('This is not an address. One looks like http://localhost:7376'),
    scheme: t('The address must begin with http:// or https://'),
    credentials: t('Leave user and password out of the address; the token comes next.'),
  };
  return sentences[problem];
}
