import type { SequinApi } from '../../api/SequinApi.ts';
import { type Failure, toFailure } from '../../model/failure.ts';

/** The timeout of each request of the check, in milliseconds. */
const timeoutMs = 10_000;

/**
 * Kinds of failures that don't rule out a Sequin server: the server requires a token, rejects the request, or is busy
 * or failing, or the check was cancelled.
 */
const acceptedKinds: ReadonlySet<Failure['kind']> = new Set([
  'unauthorized',
  'rateLimited',
  'server',
  'invalid',
  'cancelled',
]);

/**
 * Checks whether a Sequin server responds at an address, before the user enters a token for the address. Returns the
 * failure, if any. The request for the version needs no token (recording a22). If a server is older, or behind a proxy
 * that forwards only the API, the version isn't available; such a server is recognized because it requires a token for
 * the sinks (recording a04).
 * @param api a client without a token
 */
export async function checkAddress(api: SequinApi, signal: AbortSignal): Promise<Failure | undefined> {
  const options = { signal, retries: 0, timeoutMs };
  try {
    if ((await api.getVersion(options)) === undefined) {
      await api.listSinks(options);
    }
    return undefined;
  } catch (error) {
    const failure = toFailure(error);
    return acceptedKinds.has(failure.kind) ? undefined : failure;
  }
}
