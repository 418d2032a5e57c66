import { SequinError, toFailure } from '../model/failure.ts';
import type { ApiClientOptions } from './createApiClient.ts';
import type { SequinApi } from './SequinApi.ts';

interface LazyApiClientOptions extends Omit<ApiClientOptions, 'token'> {
  /** Called for each request that fails because of a defect, with the original error. */
  readonly onInternalError?: (error: unknown) => void;
}

/**
 * Creates a client whose code is loaded, and whose token is read, by its first request. An activation that sends no
 * request costs nothing. A defect becomes an `internal` failure.
 */
export function createLazyApiClient(
  { onInternalError, ...options }: LazyApiClientOptions,
  readToken: () => Promise<string>,
): SequinApi {
  let client: Promise<SequinApi> | undefined;
  const loadClient = async (): Promise<SequinApi> => {
    try {
      const [{ createApiClient }, token] = await Promise.all([import('./createApiClient.ts'), readToken()]);
      return createApiClient({ ...options, token });
    } catch (error) {
      // The next request tries again.
      client = undefined;
      throw error;
    }
  };
  const request = async <T>(send: (api: SequinApi) => Promise<T>): Promise<T> => {
    try {
      return await send(await (client ??= loadClient()));
    } catch (error) {
      if (toFailure(error).kind !== 'internal') {
        throw error;
      }
      onInternalError?.(error);
      throw new SequinError({ kind: 'internal' }, error instanceof Error ? error : undefined);
    }
  };
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
