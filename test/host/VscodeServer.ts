import type { ChildProcess } from 'node:child_process';
import { cp, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';

import manifest from '../../package.json' with { type: 'json' };
import { installServer } from './installServer.ts';
import { projectDir, sampleWorkspace } from './paths.ts';
import { startProcess, stopProcess } from './processes.ts';
import { type Settings, writeSettings } from './settings.ts';
import { temporaryFolder } from './temporaryFolder.ts';
import type { Version } from './versions.ts';

/** How to start a VS Code server. */
export interface ServerOptions {
  readonly version: Version;
  /** User settings in addition to those that keep VS Code quiet. */
  readonly settings?: Settings;
  /** Environment variables for the extension. */
  readonly env?: NodeJS.ProcessEnv;
  /** Where user settings and state are stored; by default, a new folder that is deleted afterwards. */
  readonly dataDir?: string;
  /** Whether VS Code writes log files: see `spdlog.ts`. Only the newest version can. */
  readonly writesLogs?: boolean;
  /** The port to listen on; by default, any free one. */
  readonly port?: number;
  /**
   * Whether the built extension is installed, as for a user; by default, it is the extension under development, and
   * VS Code runs with its smoke-test driver, which is needed for that and shows no notification toasts.
   */
  readonly installsExtension?: boolean;
}

/** What a window of a VS Code server shows. */
export interface WindowOptions {
  /** The folder that is open; by default, the sample workspace. */
  readonly workspace?: string;
  /** The module whose `run()` VS Code calls after its start. */
  readonly extensionTestsPath?: string;
  /** The log level of VS Code and its extensions; by default, `info`. */
  readonly logLevel?: 'trace';
}

/** The files of the extension that VS Code needs. */
const extensionFiles = ['package.json', 'package.nls.json', 'README.md', 'CHANGELOG.md', 'dist', 'media'];

/** A whole VS Code that shows its windows in a browser. */
export class VscodeServer {
  readonly #process: ChildProcess;
  readonly #host: string;

  private constructor(process: ChildProcess, host: string) {
    this.#process = process;
    this.#host = host;
  }

  /**
   * Installs the server if necessary, starts it and waits until it listens.
   * @throws Error with the server's output when it exits instead.
   */
  static async start({
    version,
    settings,
    env,
    dataDir,
    writesLogs = false,
    port = 0,
    installsExtension = false,
  }: ServerOptions): Promise<VscodeServer> {
    const { node, main, extensions } = await installServer(version);
    const home = dataDir ?? temporaryFolder();
    await writeSettings(join(home, 'data/User'), version, settings);
    if (installsExtension) await installExtension(join(home, 'extensions'));

    const builtIn = await linkTo(extensions, join(home, 'built-in'));
    const preloads = [import.meta.resolve('./serverPreload.ts')];
    if (writesLogs) preloads.push(import.meta.resolve('./spdlog.ts'));
    const server = startProcess(
      node,
      [
        ...preloads.flatMap((module) => ['--import', module]),
        main,
        ...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token'],
        ...['--server-data-dir', home, '--extensions-dir', join(home, 'extensions')],
        ...['--builtin-extensions-dir', builtIn],
        ...['--accept-server-license-terms', '--telemetry-level', 'off', '--disable-workspace-trust'],
        ...(installsExtension ? [] : ['--enable-smoke-test-driver']),
      ],
      // The server exits when its standard input closes.
      { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] },
    );
    return new VscodeServer(server, `127.0.0.1:${await listeningPort(server)}`);
  }

  /** The address of a window. Only a server with the extension under development heeds options besides the folder. */
  address({ workspace = sampleWorkspace, extensionTestsPath, logLevel }: WindowOptions = {}): string {
    const remote = (path: string) => `vscode-remote://${this.#host}${encodeURI(slashed(path))}`;
    const payload = [['extensionDevelopmentPath', remote(projectDir)]];
    if (extensionTestsPath !== undefined) payload.push(['extensionTestsPath', remote(extensionTestsPath)]);
    if (logLevel !== undefined) payload.push(['logLevel', logLevel]);
    const query = new URLSearchParams({ folder: slashed(workspace), payload: JSON.stringify(payload) });
    return `http://${this.#host}/?${query.toString()}`;
  }

  /** Stops the server and its extension hosts. */
  async stop(): Promise<void> {
    await stopProcess(this.#process);
  }
}

/** Copies the built extension to where VS Code finds installed ones. */
async function installExtension(extensionsDir: string): Promise<void> {
  const { publisher, name, version } = manifest;
  const folder = join(extensionsDir, `${publisher}.${name}-${version}`);
  await mkdir(folder, { recursive: true });
  for (const file of extensionFiles) {
    await cp(join(projectDir, file), join(folder, file), { recursive: true });
  }
}

/** A path in the form of a URL's path: `C:\work` is `/C:/work`. */
function slashed(path: string): string {
  return path.startsWith('/') ? path : `/${path.replaceAll('\\', '/')}`;
}

/**
 * Links to VS Code's built-in extensions from outside the project: when a color theme is below the extension under
 * development, VS Code activates it, and the server is installed in the project's folder.
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
    server.once('error', reject);
    server.once('exit', () => {
      reject(new Error(`The VS Code server did not start:\n${output}`));
    });
  });
}
