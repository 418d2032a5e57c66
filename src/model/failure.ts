/**
 * Why a request to a Sequin server failed. Each kind carries its facts; `text/failureText.ts` turns them into
 * sentences. No kind carries a token, a header or a whole body.
 */
export type Failure =
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'notFound'; readonly resource: 'sink' | 'backfill' | 'database' | 'page' }
  /** Sequin rejected the content of the request: 400, 413, 414, 422 and other 4xx. */
  | { readonly kind: 'invalid'; readonly status: number; readonly serverMessages: readonly string[] }
  | {
      readonly kind: 'conflict';
      /** `alreadyActive`: the table has an unfinished backfill. `transition`: the backfill's state forbids the change. */
      readonly reason: 'alreadyActive' | 'transition';
      readonly serverMessages: readonly string[];
    }
  | { readonly kind: 'rateLimited'; readonly retryAfterMs: number | undefined }
  | {
      readonly kind: 'server';
      readonly status: number;
      readonly retryAfterMs: number | undefined;
      /** Sequin's explanation, such as a database that it can't connect to (HTTP 502). */
      readonly serverMessages?: readonly string[];
    }
  | {
      readonly kind: 'network';
      /** `proxy`: the proxy of VS Code's settings or of the system doesn't respond. `proxyLogin`: it requires a login. */
      readonly reason:
        'refused' | 'hostUnknown' | 'unreachable' | 'interrupted' | 'proxy' | 'proxyLogin' | 'other';
    }
  | {
      readonly kind: 'tls';
      /** `protocolMismatch`: TLS version too old, or no common cipher. `clientCertificate`: the server requires one. */
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
      /** With `hostMismatch`: the hosts that the certificate is valid for, without those that aren't valid host names. */
      readonly names?: readonly string[];
    }
  | { readonly kind: 'timeout'; readonly afterMs: number }
  | {
      readonly kind: 'invalidResponse';
      readonly reason: 'html' | 'notJson' | 'notHttp' | 'shape' | 'redirect' | 'tooLarge' | 'compression';
      readonly status: number | undefined;
      /** With `redirect`: the origin of the target, without the path; missing if the target can't be parsed. */
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
 * Whether Sequin reports that a sink or backfill doesn't exist. A missing page doesn't count: a gateway answers every
 * request with 404 while the server behind it starts.
 */
export function isResourceNotFound(failure: Failure): boolean {
  return failure.kind === 'notFound' && failure.resource !== 'page';
}

/** The failure that a thrown value carries; `internal` for any other error, which is a defect. */
export function toFailure(error: unknown): Failure {
  return error instanceof SequinError ? error.failure : { kind: 'internal' };
}
