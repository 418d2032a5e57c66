import type { ServerMonitor } from '../../src/servers/ServerMonitor.ts';
import { ServerRegistry } from '../../src/servers/ServerRegistry.ts';
import type { Clock } from '../../src/shared/clock.ts';
import type { TreeProvider } from '../../src/tree/TreeProvider.ts';
import { serversOf } from '../unit/samples.ts';
import { useVscodeStub } from './vscodeStub.ts';

/** Creates the tree of a server without VS Code, with all rows expanded. */
export async function createTree(monitor: ServerMonitor, clock: Clock): Promise<TreeProvider> {
  useVscodeStub();
  const { TreeProvider } = await import('../../src/tree/TreeProvider.ts');
  const { listRootNodes } = await import('../../src/tree/rows/connection.ts');
  const servers = new ServerRegistry();
  const tree = new TreeProvider({
    servers,
    clock,
    getDisplayOptions: () => ({ hideFinished: false, runningFirst: true, showDatabases: true }),
    listRootNodes,
    expandedRows: { isExpanded: () => true, setExpanded: () => undefined },
  });
  servers.setServers(serversOf(monitor));
  return tree;
}
