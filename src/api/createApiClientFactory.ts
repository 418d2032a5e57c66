import type { MetricsSource } from '../model/deliveries/MetricsSource.ts';
import { SequinError, toFailure } from '../model/failure.ts';
import { lazyAsync } from '../shared/lazy.ts';
import type { FetchMetrics } from './createMetricsFetch.ts';
import type { RequestLogEntry, SequinApi } from './SequinApi.ts';

/** The part of VS Code's `LogOutputChannel` that this file uses. */
interface Log {
  debug(message: string): void;
  warn(message: string): void;
  error(message: string, error: unknown): void;
}

/**
 * The largest number of different problems that one client logs, so that neither the log nor the memory use grows
 * without limit.
 */
const maxLoggedProblems = 1_000;

/** Creates a factory of functions that fetch metrics and log each request. Their code is loaded on first use. */
export function createMetricsFetchFactory(log: Log): (source: MetricsSource) => FetchMetrics {
  const onRequestFinished = createRequestLogger(log);
  return (source) => async (options) => {
    const { createMetricsFetch } = await import('./createApiClient.ts');
    return createMetricsFetch(source, { onRequestFinished })(options);
  };
}

/**
 * Creates a factory of clients. A client logs each request without its headers, query and body, and each skipped item
 * of a response once, up to a limit. It loads its code and reads its token with its first request, so an activation
 * without requests needs neither. A defect is logged and thrown as an `internal` failure.
 */
export function createApiClientFactory(
  log: Log,
): (address: string, readToken: () => Promise<string>) => SequinApi {
  const onRequestFinished = createRequestLogger(log);
  return (address, readToken) => {
    const onItemSkipped = createSkippedItemLogger(log, address);
    const loadClient = lazyAsync(async () => {
      const [{ createApiClient }, token] = await Promise.all([import('./createApiClient.ts'), readToken()]);
      return createApiClient({ address, token, onRequestFinished, onItemSkipped });
    });
    return createLazyApi(async (send) => {
      try {
        return await send(await loadClient());
      } catch (error) {
        if (toFailure(error).kind !== 'internal') {
          throw error;
        }
        log.error('A request failed with an internal error', error);
        throw new SequinError({ kind: 'internal' }, error instanceof Error ? error : undefined);
      }
    });
  };
}

function createLazyApi(request: <T>(send: (api: SequinApi) => Promise<T>) => Promise<T>): SequinApi {
  return {
    listSinks: (...args) => request((api) => api.listSinks(...args)),
    getSink: (...args) => request((api) => api.getSink(...args)),
    updateSink: (...args) => request((api) => api.updateSink(...args)),
    listBackfills: (...args) => request((api) => api.listBackfills(...args)),
    getBackfill: (...args) => request((api) => api.getBackfill(...args)),
    createBackfill: (...args) => request((api) => api.createBackfill(...args)),
    updateBackfill: (...args) => request((api) => api.updateBackfill(...args)),
    listDatabases: (...args) => request((api) => api.listDatabases(...args)),
    testDatabase: (...args) => request((api) => api.testDatabase(...args)),
    refreshTables: (...args) => request((api) => api.refreshTables(...args)),
    planConfig: (...args) => request((api) => api.planConfig(...args)),
    applyConfig: (...args) => request((api) => api.applyConfig(...args)),
    exportConfig: (...args) => request((api) => api.exportConfig(...args)),
    getVersion: (...args) => request((api) => api.getVersion(...args)),
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

/** Creates a function that logs each problem only once, because every poll finds the same problems again. */
function createSkippedItemLogger(log: Log, address: string): (itemType: string, problem: string) => void {
  const loggedProblems = new Set<string>();
  return (itemType, problem) => {
    const message = `Couldn't read a ${itemType} of ${address}: ${problem}`;
    if (loggedProblems.has(message) || loggedProblems.size >= maxLoggedProblems) {
      return;
    }
    loggedProblems.add(message);
    log.warn(message);
    if (loggedProblems.size === maxLoggedProblems) {
      log.warn(
        `Reached the limit of ${maxLoggedProblems} messages: further unreadable items of ${address} aren't logged.`,
      );
    }
  };
}
