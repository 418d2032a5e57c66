import { join } from 'node:path';
import { format } from 'node:util';
import { projectDir } from '../host/paths.ts';
import type { ServerOptions } from '../host/VscodeServer.ts';
import { Workbench } from '../host/Workbench.ts';
import { connectedMarker } from './inside/results.ts';

/** A VS Code window in which the extension is connected to a server. */
export interface ConnectedWorkbench {
  readonly workbench: Workbench;
  /** Reloads the window and waits until the extension is connected again. */
  readonly reload: () => Promise<void>;
}

/**
 * Opens VS Code and connects the extension by running the module `inside/connected.ts`, which must be built. A
 * production build of the extension ignores the environment variables that name a server.
 */
export async function openConnectedWorkbench(
  server: { readonly url: string; readonly token: string },
  options: Pick<ServerOptions, 'dataDir'> = {},
): Promise<ConnectedWorkbench> {
  let connected = Promise.withResolvers<undefined>();
  const log: string[] = [];
  const workbench = await Workbench.open({
    ...options,
    version: 'newest',
    env: { SEQUIN_BENCH_ADDRESS: server.url, SEQUIN_BENCH_TOKEN: server.token },
    // With notifications, the extension would poll before the view is opened.
    settings: { 'sequin.notifications': 'off' },
    extensionTestsPath: join(projectDir, 'out/bench/connected.cjs'),
    onTestLog: (...args) => {
      const line = format(...args);
      log.push(line);
      if (line.includes(connectedMarker)) {
        connected.resolve(undefined);
      }
    },
    onTestExit: (code) => {
      if (code !== 0) {
        connected.reject(new Error(`The extension couldn't connect:\n${log.join('\n')}`));
      }
    },
  });
  await connected.promise;
  return {
    workbench,
    reload: async () => {
      connected = Promise.withResolvers();
      await workbench.reload();
      await connected.promise;
    },
  };
}
