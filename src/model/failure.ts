/**
 * Why a request to a Sequin server failed. The fields have the facts, and `text/failureText.ts` the sentences. No field
 * contains a token, a header or a whole body.
 */
export type Failure =
  | { readonly kind: 'unauthorized' }
  /** `api`: the address has no Sequin API, or a gateway responds while Sequin starts. */
  | { readonly kind: 'notFound'; readonly resource: 'sink' | 'backfill' | 'database' | 'api' }
  /** Sequin rejected the content of the request: HTTP 400, 413, 414, 422 or another 4xx without a kind of its own. */
  | { readonly kind: 'invalid'; readonly status: number; readonly serverMessages: readonly string[] }
  | {
      readonly kind: 'conflict';
      /** `alreadyActive`: the table has an unfinished backfill. `transition`: the current state forbids the change. */
      readonly reason: 'alreadyActive' | 'transition';
      readonly serverMessages: readonly string[];
    }
  | { readonly kind: 'rateLimited'; readonly retryAfterMs: number | undefined }
  | {
      readonly kind: 'server';
      readonly status: number;
      readonly retryAfterMs: number | undefined;
      /** Sequin's explanation, such as that it can't connect to a database (HTTP 502). */
      readonly serverMessages?: readonly string[];
    }
  | {
      readonly kind: 'network';
      /** `proxy`: the proxy of VS Code or of the system doesn't respond. `proxyLogin`: the proxy requires a login. */
      readonly reason:
        'refused' | 'hostUnknown' | 'unreachable' | 'interrupted' | 'proxy' | 'proxyLogin' | 'other';
    }
  | {
      readonly kind: 'tls';
      /**
       * `protocolMismatch`: no common TLS version or cipher. `clientCertificate`: the server requires a client
       * certificate.
       */
      readonly reason:
        | 'untrustedAuthority'
        | 'selfSigned'
        | 'expired'
        | 'notYetValid'
        | 'hostMismatch'
        | 'notTls'
        | 'protocolMismatch'
        | 'clientCertificate'
        | 'other';
      /** For `hostMismatch`: the valid host names that the certificate is issued for. */
      readonly names?: readonly string[];
    }
  | { readonly kind: 'timeout'; readonly afterMs: number }
  | {
      readonly kind: 'invalidResponse';
      readonly reason: 'html' | 'notJson' | 'notHttp' | 'shape' | 'redirect' | 'tooLarge' | 'compression';
      readonly status: number | undefined;
      /** For `redirect`: the origin of the target URL, without its path; missing if the URL can't be parsed. */
      readonly origin?: string;
    }
  | { readonly kind: 'cancelled' }
  /** A defect of the extension, which is logged. */
  | { readonly kind: 'internal' };

/** The only error that a `SequinApi` throws. Its message and cause are in English and meant for the log. */
export class SequinError extends Error {
  override readonly name = 'SequinError';
  readonly failure: Failure;

  constructor(failure: Failure, cause?: { readonly code?: string | undefined; readonly message: string }) {
    const { kind, ...facts } = failure;
    const details = Object.entries(facts)
      // The server's messages may quote the request, so they are shown but not logged.
      .filter(([name, value]) => value !== undefined && name !== 'serverMessages')
      .map(([name, value]) => `${name}: ${String(value)}`);
    super(`${kind}${details.length > 0 ? ` (${details.join(', ')})` : ''}`, { cause });
    this.failure = failure;
  }
}

/**
 * Whether Sequin reports that a sink, a backfill or a database doesn't exist. A missing API doesn't count: a gateway
 * responds to every request with 404 while the server behind it starts.
 */
export function isResourceNotFound(failure: Failure): boolean {
  return failure.kind === 'notFound' && failure.resource !== 'api';
}

/** Returns the failure of a {@link SequinError}; `internal` for any other thrown value, which is a defect. */
export function toFailure(error: unknown): Failure {
  return error instanceof SequinError ? error.failure : { kind: 'internal' };
}
