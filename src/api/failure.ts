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
      readonly reason: 'refused' | 'hostUnknown' | 'unreachable' | 'interrupted' | 'other';
    }
  | { readonly kind: 'tls'; readonly reason: 'authority' | 'expired' | 'name' | 'notTls' | 'other' }
  | { readonly kind: 'timeout'; readonly afterMs: number }
  | {
      readonly kind: 'badAnswer';
      readonly reason: 'html' | 'notJson' | 'shape' | 'redirect' | 'tooLarge' | 'compression';
      readonly status: number | undefined;
    }
  | { readonly kind: 'cancelled' };

/** The one error that the API throws. Its message and its cause are for the log, in English. */
export class SequinError extends Error {
  override readonly name = 'SequinError';
  readonly failure: Failure;

  constructor(failure: Failure, cause?: { readonly code?: string | undefined; readonly message: string }) {
    const { kind, ...facts } = failure;
    const details = Object.entries(facts)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}: ${String(value)}`);
    super(`${kind}${details.length > 0 ? ` (${details.join(', ')})` : ''}`, { cause });
    this.failure = failure;
  }
}

/**
 * The failure behind anything that was thrown; undefined for a defect of ours. Asks for the name, not the
 * class: the client is a bundle of its own, with its own copy of the class.
 */
export function failureOf(error: unknown): Failure | undefined {
  return error instanceof Error && error.name === 'SequinError' && 'failure' in error
    ? (error.failure as Failure)
    : undefined;
}
