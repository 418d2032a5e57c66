import type { MetricsSource } from '../model/deliveries/MetricsSource.ts';
import { createLazyApiClient } from './createLazyApiClient.ts';
import type { FetchMetrics } from './createMetricsFetch.ts';
import type { RequestLogEntry, SequinApi } from './SequinApi.ts';

/** The part of VS Code's `LogOutputChannel` that requests are logged to. */
interface Log {
  debug(message: string): void;
  warn(message: string): void;
  error(message: string, error: unknown): void;
}

/** The number of different problems that one client logs. Limits the memory for them, and the length of the log. */
const maxLoggedProblems = 1_000;

/** Creates a factory of functions that fetch metrics and log each request. Their code is loaded on first use. */
export function createMetricsFetchFactory(log: Log): (source: MetricsSource) => FetchMetrics {
  const onRequestFinished = createRequestLogger(log);
  return (source) => async (options) => {
    const { createMetricsFetch } = await import('./createApiClient.ts');
    return createMetricsFetch(source, { onRequestFinished })(options);
  };
}

function createRequestLogger(log: Log): (entry: RequestLogEntry) => void {
  return ({ method, path, status, durationMs, bodyLength, problem }) => {
    const logLine = `${method} ${path} ${String(status ?? '-')} ${String(durationMs)} ms, ${String(bodyLength)} characters`;
    if (problem === undefined) {
      log.debug(logLine);
    } else {
      log.warn(`${logLine}: ${problem}`);
    }
  };
}

/**
 * Creates a factory of clients that log each request without its headers, query and body, and each skipped item of a
 * response once, up to a limit.
 */
export function createApiClientFactory(
  log: Log,
): (address: string, readToken: () => Promise<string>) => SequinApi {
  const onRequestFinished = createRequestLogger(log);
  const onInternalError = (error: unknown): void => {
    log.error('A request failed with an internal error', error);
  };
  return (address, readToken) => {
    // Each poll finds the same problems again.
    const loggedProblems = new Set<string>();
    const onItemSkipped = (itemType: string, problem: string): void => {
      const message = `Couldn't read a ${itemType} of ${address}: ${problem}`;
      if (!loggedProblems.has(message) && loggedProblems.size < maxLoggedProblems) {
        loggedProblems.add(message);
        log.warn(message);
        if (loggedProblems.size === maxLoggedProblems) {
          log.warn(
            `Reached the limit of ${maxLoggedProblems} messages: further unreadable items of ${address} aren't logged.`,
          );
        }
      }
    };
    return createLazyApiClient({ address, onRequestFinished, onItemSkipped, onInternalError }, readToken);
  };
}
