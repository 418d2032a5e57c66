import type { ChildProcess } from 'node:child_process';
import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { installServer } from './installServer.ts';
import { projectDir, sampleWorkspace } from './paths.ts';
import { startProcess, stopProcess } from './processes.ts';
import { type Settings, writeSettings } from './settings.ts';
import { temporaryFolder } from './temporaryFolder.ts';
import type { Version } from './versions.ts';

/** How to start a VS Code server. */
export interface ServerOptions {
  readonly version: Version;
  /** User settings on top of those that keep the picture calm. */
  readonly settings?: Settings;
  /** What the extension finds in `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
  /** Where user settings and state live; a fresh folder, gone afterwards, unless given. */
  readonly dataDir?: string;
  /** Whether it writes its log files, which otherwise stay empty: see `spdlog.ts`. The newest can. */
  readonly writesLogs?: boolean;
}

/** What a window of a VS Code server shows. */
export interface WindowOptions {
  /** The folder that is open; the sample workspace unless given. */
  readonly workspace?: string;
  /** The module whose `run()` VS Code calls once it is up. */
  readonly extensionTestsPath?: string;
  /** From which level on everything is logged, extensions included; `info` unless given. */
  readonly logLevel?: 'trace';
}

/** A whole VS Code that shows its windows in a browser. */
export class VscodeServer {
  readonly #process: ChildProcess;
  readonly #host: string;

  private constructor(process: ChildProcess, host: string) {
    this.#process = process;
    this.#host = host;
  }

  /** Gets the server if it is not there yet, and waits until it answers. */
  static async start({
    version,
    settings,
    env,
    dataDir,
    writesLogs = false,
  }: ServerOptions): Promise<VscodeServer> {
    const { node, main, extensions } = await installServer(version);
    const home = dataDir ?? temporaryFolder();
    await writeSettings(join(home, 'data/User'), version, settings);

    const builtIn = await linkTo(extensions, join(home, 'built-in'));
    const server = startProcess(
      node,
      [
        // It hands this on to its extension hosts.
        ...(writesLogs ? ['--import', import.meta.resolve('./spdlog.ts')] : []),
        main,
        ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token'],
        ...['--server-data-dir', home, '--extensions-dir', join(home, 'extensions')],
        ...['--builtin-extensions-dir', builtIn],
        ...['--accept-server-license-terms', '--telemetry-level', 'off', '--disable-workspace-trust'],
        // It is what makes a page honour the payload of its address.
        '--enable-smoke-test-driver',
      ],
      { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    return new VscodeServer(server, `127.0.0.1:${await listeningPort(server)}`);
  }

  /** The address of a window with the extension under development in it. */
  address({ workspace = sampleWorkspace, extensionTestsPath, logLevel }: WindowOptions = {}): string {
    const remote = (path: string) => `vscode-remote://${this.#host}${encodeURI(slashed(path))}`;
    const payload = [['extensionDevelopmentPath', remote(projectDir)]];
    if (extensionTestsPath !== undefined) payload.push(['extensionTestsPath', remote(extensionTestsPath)]);
    if (logLevel !== undefined) payload.push(['logLevel', logLevel]);
    const query = new URLSearchParams({ folder: slashed(workspace), payload: JSON.stringify(payload) });
    return `http://${this.#host}/?${query.toString()}`;
  }

  /** Ends the server with its extension hosts. */
  async stop(): Promise<void> {
    await stopProcess(this.#process);
  }
}

/** A path as the path of an address: `C:\work` is `/C:/work`. */
function slashed(path: string): string {
  return path.startsWith('/') ? path : `/${path.replaceAll('\\', '/')}`;
}

/**
 * VS Code shows off a color theme that is below the extension under development, and its own would be:
 * this project is that extension, and the server is installed in it.
 */
async function linkTo(target: string, link: string): Promise<string> {
  await rm(link, { force: true });
  await symlink(target, link, 'junction');
  return link;
}

async function listeningPort(server: ChildProcess): Promise<string> {
  let output = '';
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const port = /Extension host agent listening on (\d+)/.exec(output)?.[1];
      if (port !== undefined) resolve(port);
    };
    server.stdout?.on('data', read);
    server.stderr?.on('data', read);
    server.once('exit', () => {
      reject(new Error(`The VS Code server did not start:\n${output}`));
    });
  });
}
