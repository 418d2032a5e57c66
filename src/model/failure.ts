/**
 * Everything that can go wrong between us and a Sequin server. Each kind carries the facts of its kind;
 * `text/` has the words. None carries a token, a header or a whole body.
 */
export type Failure =
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'notFound'; readonly what: 'sink' | 'backfill' | 'page' }
  /** The request was refused for what it says: 400, 413, 414, 422 and other 4xx. */
  | { readonly kind: 'invalid'; readonly status: number; readonly reasons: readonly string[] }
  | {
      readonly kind: 'conflict';
      /** `alreadyActive`: one runs or is paused on that table. `transition`: its state does not allow that. */
      readonly reason: 'alreadyActive' | 'transition';
      readonly reasons: readonly string[];
    }
  | { readonly kind: 'rateLimited'; readonly retryAfterMs: number | undefined }
  | { readonly kind: 'server'; readonly status: number; readonly retryAfterMs: number | undefined }
  | {
      readonly kind: 'network';
      /** `proxy`: the one of VS Code's settings or the system does not answer. `proxyLogin`: it asks who we are. */
      readonly reason:
        'refused' | 'hostUnknown' | 'unreachable' | 'interrupted' | 'proxy' | 'proxyLogin' | 'other';
    }
  | {
      readonly kind: 'tls';
      /** `version`: too old a TLS, or no cipher in common. `clientCertificate`: the server asks for ours. */
      readonly reason:
        | 'authority'
        | 'selfSigned'
        | 'expired'
        | 'notYetValid'
        | 'name'
        | 'notTls'
        | 'version'
        | 'clientCertificate'
        | 'other';
      /** With `name`: the hosts that the certificate is for, where it names any; only what can be typed as one. */
      readonly names?: readonly string[];
    }
  | { readonly kind: 'timeout'; readonly afterMs: number }
  | {
      readonly kind: 'badAnswer';
      readonly reason: 'html' | 'notJson' | 'notHttp' | 'shape' | 'redirect' | 'tooLarge' | 'compression';
      readonly status: number | undefined;
      /** With `redirect`: where it points, without the path, where that can be read. */
      readonly origin?: string;
    }
  | { readonly kind: 'cancelled' };

/** The one error that the API throws. Its message and its cause are for the log, in English. */
export class SequinError extends Error {
  override readonly name = 'SequinError';
  readonly failure: Failure;

  constructor(failure: Failure, cause?: { readonly code?: string | undefined; readonly message: string }) {
    const { kind, ...facts } = failure;
    const details = Object.entries(facts)
      // The reasons are the server's own words, and may quote what it was sent: they are drawn, not logged.
      .filter(([name, value]) => value !== undefined && name !== 'reasons')
      .map(([name, value]) => `${name}: ${String(value)}`);
    super(`${kind}${details.length > 0 ? ` (${details.join(', ')})` : ''}`, { cause });
    this.failure = failure;
  }
}

/**
 * Whether Sequin says that a sink or backfill does not exist. A page that is not found says nothing about that: a
 * gateway sends one for everything while what is behind it starts.
 */
export function isResourceNotFound(failure: Failure): boolean {
  return failure.kind === 'notFound' && failure.what !== 'page';
}

/**
 * The failure behind anything that was thrown; undefined for a defect of ours. Asks for the name, not the
 * class: the client is a bundle of its own, with its own copy of the class.
 */
export function toFailure(error: unknown): Failure | undefined {
  return error instanceof Error && error.name === 'SequinError' && 'failure' in error
    ? (error.failure as Failure)
    : undefined;
}
