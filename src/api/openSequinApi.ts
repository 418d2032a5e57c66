import type { SequinApiSettings } from './createSequinApi.ts';
import type { SequinApi } from './SequinApi.ts';

/**
 * A client that is loaded with its first request, and reads the token then: what never asks a server costs
 * an activation nothing.
 */
export function openSequinApi(
  settings: Omit<SequinApiSettings, 'token'>,
  readToken: () => Promise<string>,
): SequinApi {
  let loaded: Promise<SequinApi> | undefined;
  const api = (): Promise<SequinApi> => (loaded ??= load());
  const load = async (): Promise<SequinApi> => {
    const [{ createSequinApi }, token] = await Promise.all([import('./createSequinApi.ts'), readToken()]);
    return createSequinApi({ ...settings, token });
  };
  return {
    listSinks: async (...args) => (await api()).listSinks(...args),
    getSink: async (...args) => (await api()).getSink(...args),
    listBackfills: async (...args) => (await api()).listBackfills(...args),
    getBackfill: async (...args) => (await api()).getBackfill(...args),
    createBackfill: async (...args) => (await api()).createBackfill(...args),
    updateBackfill: async (...args) => (await api()).updateBackfill(...args),
    version: async (...args) => (await api()).version(...args),
  };
}
