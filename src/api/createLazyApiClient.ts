import type { ApiClientOptions } from './createApiClient.ts';
import type { SequinApi } from './SequinApi.ts';

/**
 * Creates a client whose code is loaded, and whose token is read, by its first request. An activation that sends no
 * request costs nothing.
 */
export function createLazyApiClient(
  options: Omit<ApiClientOptions, 'token'>,
  readToken: () => Promise<string>,
): SequinApi {
  let client: Promise<SequinApi> | undefined;
  const getClient = (): Promise<SequinApi> => (client ??= loadClient());
  const loadClient = async (): Promise<SequinApi> => {
    const [{ createApiClient }, token] = await Promise.all([import('./createApiClient.ts'), readToken()]);
    return createApiClient({ ...options, token });
  };
  return {
    listSinks: async (...args) => (await getClient()).listSinks(...args),
    getSink: async (...args) => (await getClient()).getSink(...args),
    listBackfills: async (...args) => (await getClient()).listBackfills(...args),
    getBackfill: async (...args) => (await getClient()).getBackfill(...args),
    createBackfill: async (...args) => (await getClient()).createBackfill(...args),
    updateBackfill: async (...args) => (await getClient()).updateBackfill(...args),
    getVersion: async (...args) => (await getClient()).getVersion(...args),
  };
}
