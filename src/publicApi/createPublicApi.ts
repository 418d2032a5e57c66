import type { Change, Connection as ApiConnection, SequinApi, SequinExtension } from '../../api/index.d.ts';
import { getConnectionStatus } from '../servers/connectionStatus.ts';
import type { Server, ServerRegistry } from '../servers/ServerRegistry.ts';
import { Emitter } from '../shared/lifecycle.ts';
import type { ApiMethods } from './createApiMethods.ts';

/**
 * Creates the object that the extension exports to other extensions; `api/index.d.ts` describes it. Each call of a
 * method calls `loadMethods`, so that a load that failed is tried again.
 */
export function createPublicApi(
  servers: ServerRegistry,
  loadMethods: () => Promise<ApiMethods>,
): SequinExtension {
  const changes = new Emitter<Change>();
  servers.onDidChangeServers(() => {
    changes.fire({ sinkIds: [] });
  });
  servers.onDidChangeSnapshot(({ monitor, change }) => {
    changes.fire({ connectionId: monitor.connection.id, sinkIds: [...change.changedSinkIds] });
  });
  const api: SequinApi = {
    get connections() {
      return servers.all.map(toApiConnection);
    },
    onDidChange: changes.event,
    getSinks: async (connectionId) => (await loadMethods()).getSinks(connectionId),
    getBackfills: async (sink) => (await loadMethods()).getBackfills(sink),
    runAction: async (action, backfill) => (await loadMethods()).runAction(action, backfill),
  };
  return {
    getApi: (version: number) => {
      if (version !== 1) {
        throw new Error(`This release of Sequin has no version ${version} of the API.`);
      }
      return api;
    },
  };
}

function toApiConnection(server: Server): ApiConnection {
  const { state } = server;
  return {
    id: state.connection.id,
    name: state.connection.name,
    address: state.connection.address,
    production: state.connection.production,
    status: getConnectionStatus(server).kind,
  };
}
