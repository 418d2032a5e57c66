import { createApiClient } from '../../../src/api/createApiClient.ts';
import type { Connection } from '../../../src/model/Connection.ts';
import { ServerMonitor, type ServerMonitorOptions } from '../../../src/servers/ServerMonitor.ts';
import { ServerRegistry } from '../../../src/servers/ServerRegistry.ts';
import { setLocale } from '../../../src/text/format.ts';
import { connectionTo, serversOf } from '../samples.ts';

type ConnectOptions = Pick<ServerMonitorOptions, 'clock'> &
  Partial<Pick<ServerMonitorOptions, 'api' | 'random'>> & {
    /** Replaces properties of the default connection, whose id is its address. */
    readonly connection?: Partial<Connection>;
  };

/**
 * Registers hooks in the enclosing `describe` that end all connections after each test. Returns the servers, and a
 * function that connects to a server. A new connection replaces an earlier connection with the same id.
 */
export function useConnections(): {
  readonly servers: ServerRegistry;
  readonly connect: (
    server: { readonly url: string; readonly token: string },
    options: ConnectOptions,
  ) => ServerMonitor;
} {
  const servers = new ServerRegistry();
  let monitors: ServerMonitor[] = [];
  beforeEach(() => {
    setLocale('en', 'UTC');
  });
  afterEach(() => {
    servers.setServers([]);
    for (const monitor of monitors.splice(0)) {
      monitor.dispose();
    }
  });
  return {
    servers,
    connect: ({ url: address, token }, { connection: overrides, ...options }) => {
      const connection = connectionTo(address, overrides);
      const previous = monitors.find((monitor) => monitor.connection.id === connection.id);
      previous?.dispose();
      const api = createApiClient({ address, token, retryDelayMs: 1 });
      const monitor = new ServerMonitor({ connection, api, intervalMs: () => 0, ...options });
      monitors = [...monitors.filter((each) => each !== previous), monitor];
      servers.setServers(serversOf(...monitors));
      return monitor;
    },
  };
}
