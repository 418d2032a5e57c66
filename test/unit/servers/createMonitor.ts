import { ServerMonitor, type ServerMonitorOptions } from '../../../src/servers/ServerMonitor.ts';
import { connectionTo } from '../samples.ts';

/** Creates a monitor that polls every 2 s, without jitter. */
export function createMonitor(
  options: Partial<ServerMonitorOptions> & Pick<ServerMonitorOptions, 'api' | 'clock'>,
): ServerMonitor {
  return new ServerMonitor({
    connection: connectionTo('http://localhost:7376'),
    intervalMs: () => 2_000,
    random: () => 0,
    ...options,
  });
}
