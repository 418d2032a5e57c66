import type { ChildProcess } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { installServer } from './installServer.ts';
import { exampleExtension, projectDir, sampleWorkspace } from './paths.ts';
import { startProcess, stopProcess } from './processes.ts';
import { type Settings, writeSettings } from './settings.ts';
import { createTemporaryFolder } from './temporaryFolder.ts';
import type { Version } from './versions.ts';

/** Options of `VscodeServer.start`. */
export interface ServerOptions {
  readonly version: Version;
  /** User settings, in addition to the quiet settings of `settings.ts`. */
  readonly settings?: Settings;
  /** Environment variables of the server and its extension hosts. */
  readonly env?: NodeJS.ProcessEnv;
  /** The folder for user settings and state; by default, a new folder that is deleted on exit. */
  readonly dataDir?: string;
  /** Whether VS Code writes log files (see `spdlog.ts`). Supported in the newest version only. */
  readonly writesLogs?: boolean;
  /** The port to listen on; by default, any free port. */
  readonly port?: number;
  /**
   * Whether to install the built extension, as users do. By default, VS Code loads it as the extension under
   * development. That needs VS Code's smoke-test driver, which keeps VS Code from showing notification toasts.
   */
  readonly installsExtension?: boolean;
  /** The path of a package to install instead of the built extension. */
  readonly vsix?: string;
  /** Whether to install the example extension, which uses the public API. */
  readonly installsExample?: boolean;
  /**
   * The built-in extensions of VS Code to load; by default, all. `declarative` means only those without code, such as
   * themes and languages. The others, such as Copilot and Git, take about 3 s of CPU time in each window.
   */
  readonly builtInExtensions?: 'all' | 'declarative';
}

/** Options of a window. */
export interface WindowOptions {
  /** The folder to open; by default, the sample workspace. */
  readonly workspace?: string;
  /** The module whose `run()` VS Code calls after startup. */
  readonly extensionTestsPath?: string;
  /** The log level of VS Code and its extensions; by default, `info`. */
  readonly logLevel?: 'trace';
  /** Environment variables of the window's extension host, in addition to those of the server. */
  readonly windowEnv?: NodeJS.ProcessEnv;
}

/** The files of an installed extension. */
const extensionFiles = [
  ...['package.json', 'package.nls.json', 'README.md', 'CHANGELOG.md'],
  ...['dist', 'media', 'schemas'],
];

/** A VS Code server. Its windows open in a browser. */
export class VscodeServer {
  readonly #process: ChildProcess;
  readonly #version: Version;
  /** The folder of user settings, global state and logs. */
  readonly #userDir: string;
  readonly #host: string;

  private constructor(process: ChildProcess, version: Version, userDir: string, host: string) {
    this.#process = process;
    this.#version = version;
    this.#userDir = userDir;
    this.#host = host;
  }

  /** The origin of the windows, such as `http://127.0.0.1:41234`. */
  get origin(): string {
    return `http://${this.#host}`;
  }

  /**
   * Installs the server if necessary, starts it and waits until it listens.
   * @throws Error with the server's output if the server exits before it listens
   */
  static async start({
    version,
    settings,
    env,
    dataDir,
    writesLogs = false,
    port = 0,
    installsExtension = false,
    vsix,
    installsExample = false,
    builtInExtensions = 'all',
  }: ServerOptions): Promise<VscodeServer> {
    const { node, main, extensions } = await installServer(version);
    const home = dataDir ?? createTemporaryFolder();
    const userDir = join(home, 'data/User');
    await writeSettings(userDir, version, settings);
    if (installsExample) {
      // In a browser, only one extension can be under development.
      await cp(exampleExtension, join(home, 'extensions/example.sequin-example-1.0.0'), { recursive: true });
    }
    if (installsExtension) {
      await installExtension(join(home, 'extensions'));
    }

    const builtIn = join(home, 'built-in');
    await linkExtensions(extensions, builtIn, builtInExtensions);
    const preloads = [import.meta.resolve('./serverPreload.ts')];
    if (writesLogs) {
      preloads.push(import.meta.resolve('./spdlog.ts'));
    }
    const server = startProcess(
      node,
      [
        ...preloads.flatMap((module) => ['--import', module]),
        main,
        ...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token'],
        ...['--server-data-dir', home, '--extensions-dir', join(home, 'extensions')],
        ...['--builtin-extensions-dir', builtIn],
        // Otherwise, each extension host would first run an interactive login shell, which takes up to a second.
        '--force-disable-user-env',
        ...['--accept-server-license-terms', '--telemetry-level', 'off', '--disable-workspace-trust'],
        ...(vsix === undefined ? [] : ['--start-server', '--install-extension', vsix]),
        ...(installsExtension || vsix !== undefined ? [] : ['--enable-smoke-test-driver']),
      ],
      // The server exits when its standard input closes.
      { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] },
    );
    return new VscodeServer(server, version, userDir, `127.0.0.1:${await waitForPort(server)}`);
  }

  /** Returns the address of a window. If the extension is installed, VS Code ignores all options except `workspace`. */
  address({
    workspace = sampleWorkspace,
    extensionTestsPath,
    logLevel,
    windowEnv,
  }: WindowOptions = {}): string {
    const remote = (path: string) => `vscode-remote://${this.#host}${encodeURI(toUrlPath(path))}`;
    const payload = [['extensionDevelopmentPath', remote(projectDir)]];
    if (extensionTestsPath !== undefined) {
      payload.push(['extensionTestsPath', remote(extensionTestsPath)]);
    }
    if (logLevel !== undefined) {
      payload.push(['logLevel', logLevel]);
    }
    if (windowEnv !== undefined) {
      payload.push(['extensionEnvironment', JSON.stringify(windowEnv)]);
    }
    const query = new URLSearchParams({ folder: toUrlPath(workspace), payload: JSON.stringify(payload) });
    return `${this.origin}/?${query.toString()}`;
  }

  /** Deletes the settings and state that windows have left on the server, and writes settings for the next window. */
  async reset(settings?: Settings): Promise<void> {
    await rm(this.#userDir, { recursive: true, force: true, maxRetries: 3 });
    await writeSettings(this.#userDir, this.#version, settings);
  }

  /** Stops the server and its extension hosts. */
  async stop(): Promise<void> {
    await stopProcess(this.#process);
  }
}

/** Copies the built extension into the folder of installed extensions. */
async function installExtension(extensionsDir: string): Promise<void> {
  const { publisher, name, version } = manifest;
  const folder = join(extensionsDir, `${publisher}.${name}-${version}`);
  await mkdir(folder, { recursive: true });
  for (const file of extensionFiles) {
    await cp(join(projectDir, file), join(folder, file), { recursive: true });
  }
}

/** Converts a file path to a URL path: `C:\work` becomes `/C:/work`. */
function toUrlPath(path: string): string {
  return path.startsWith('/') ? path : `/${path.replaceAll('\\', '/')}`;
}

/**
 * Links VS Code's built-in extensions into a folder outside of the project. Without the links, they would be in a
 * subfolder of the project, which is the extension under development, so VS Code would activate one of their themes.
 */
async function linkExtensions(source: string, target: string, which: 'all' | 'declarative'): Promise<void> {
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  for (const name of await readdir(source)) {
    const manifest = which === 'declarative' ? await readManifest(join(source, name)) : undefined;
    if (manifest?.main === undefined && manifest?.browser === undefined) {
      await symlink(join(source, name), join(target, name), 'junction');
    } else {
      await writeStub(manifest, join(target, name));
    }
  }
}

interface ExtensionManifest {
  readonly name: string;
  readonly publisher: string;
  readonly version: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly main?: string;
  readonly browser?: string;
}

/** Reads the manifest of an extension. Returns undefined if `folder` isn't the folder of an extension. */
async function readManifest(folder: string): Promise<ExtensionManifest | undefined> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as ExtensionManifest);
}

/** Writes an extension without its code. If it were missing, the workbench would try to load a copy in the browser. */
async function writeStub(manifest: ExtensionManifest, folder: string): Promise<void> {
  const { name, publisher, version, engines } = manifest;
  await mkdir(folder);
  const stub = { name, publisher, version, engines, extensionKind: ['workspace'] };
  await writeFile(join(folder, 'package.json'), JSON.stringify(stub));
}

async function waitForPort(server: ChildProcess): Promise<string> {
  let output = '';
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const port = /Extension host agent listening on (\d+)/.exec(output)?.[1];
      if (port !== undefined) {
        resolve(port);
      }
    };
    server.stdout?.on('data', read);
    server.stderr?.on('data', read);
    server.once('error', reject);
    server.once('exit', () => {
      reject(new Error(`The VS Code server didn't start:\n${output}`));
    });
  });
}
