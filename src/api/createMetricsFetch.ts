import type { DeliveryCounters } from '../model/deliveries/deliveries.ts';
import type { MetricsSource } from '../model/deliveries/MetricsSource.ts';
import { createRequestSender, type RequestSenderOptions } from './createRequestSender.ts';
import { parseDeliveryCounters } from './parseDeliveryCounters.ts';
import type { RequestOptions } from './SequinApi.ts';

/**
 * Fetches the delivery counters of all sinks, by sink id.
 * @throws SequinError if the request fails or the response is invalid
 */
export type FetchMetrics = (options?: RequestOptions) => Promise<ReadonlyMap<string, DeliveryCounters>>;

/**
 * The time limit of a request for metrics, in milliseconds. An idle server takes up to 130 ms (recordings y30 to y37).
 */
const timeoutMs = 20_000;

/**
 * Creates a function that fetches Sequin's metrics. It doesn't follow redirects, so it sends the credentials only to
 * `url`.
 */
export function createMetricsFetch(
  { url, username, password }: MetricsSource,
  options: Omit<RequestSenderOptions, 'address' | 'token' | 'authorization'>,
): FetchMetrics {
  const credentials = Buffer.from(`${username}:${password}`).toString('base64');
  const sendRequest = createRequestSender({
    ...options,
    address: url,
    token: '',
    secrets: [password, credentials],
    ...(username !== '' && { authorization: `Basic ${credentials}` }),
  });
  return (requestOptions) =>
    sendRequest(
      { path: '', accept: 'text/plain' },
      { retries: 0, timeoutMs, ...requestOptions },
      parseDeliveryCounters,
    );
}
