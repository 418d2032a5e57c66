import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from './paths.ts';
import { runOrFail } from './processes.ts';
import { deleteOnExit } from './temporaryFolder.ts';
import { type Version, versions } from './versions.ts';

/** A VS Code server on disk, ready to run. */
export interface InstalledServer {
  /** The path of the Node.js binary that runs the server. */
  readonly node: string;
  /** The path of the server's entry point. */
  readonly main: string;
  /** The folder of VS Code's built-in extensions. */
  readonly extensions: string;
}

const platform = process.platform === 'win32' ? 'win' : process.platform;
const installs = new Map<Version, Promise<InstalledServer>>();
const nodePackage = `node-${platform}-${process.arch}`;

/**
 * Installs a VS Code server from npm unless it is already installed. The folder gets its final name only when the
 * installation is complete, so an interrupted installation is never used. The next installation deletes it.
 */
export function installServer(version: Version): Promise<InstalledServer> {
  const started = installs.get(version) ?? installOnce(version);
  installs.set(version, started);
  return started;
}

async function installOnce(version: Version): Promise<InstalledServer> {
  const { codeServer, node, name, megabytes } = versions[version];
  const serverDir = join(cacheDir, `server-${codeServer}`);
  if (!existsSync(serverDir)) {
    await deleteInterrupted();
    const temporaryDir = `${serverDir}.${process.pid}`;
    const cancelDeletion = deleteOnExit(temporaryDir);
    console.log(`Installing VS Code ${name} from npm (${megabytes} MB, once)…`);
    await install(temporaryDir, codeServer, node);
    await rename(temporaryDir, serverDir).catch(async (error: unknown) => {
      // Another process may have installed the same version in the meantime.
      if (!existsSync(serverDir)) {
        throw error;
      }
      await rm(temporaryDir, { recursive: true, force: true });
    });
    cancelDeletion();
    console.log(`Installed VS Code ${name}.`);
  }
  const modules = join(serverDir, 'node_modules');
  const vscode = join(modules, 'code-server/lib/vscode');
  return {
    node: join(modules, nodePackage, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node'),
    main: join(vscode, 'out/server-main.js'),
    extensions: join(vscode, 'extensions'),
  };
}

/** Deletes incomplete installations whose process has exited. */
async function deleteInterrupted(): Promise<void> {
  const entries = await readdir(cacheDir).catch(() => []);
  for (const entry of entries) {
    const pid = /^server-\d+\.\d+\.\d+\.(\d+)$/.exec(entry)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) {
      await rm(join(cacheDir, entry), { recursive: true, force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: the process is running as another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function install(folder: string, codeServer: string, node: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  await npmInstall(folder, `code-server@${codeServer} ${nodePackage}@${node}`);

  const vscode = join(folder, 'node_modules/code-server/lib/vscode');
  await replaceGitDependency(vscode);
  await npmInstall(vscode, '--omit=dev');
}

/** In the older server, replaces the dependency on a Git repository with a release of the same package. */
async function replaceGitDependency(vscode: string): Promise<void> {
  const path = join(vscode, 'package.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as { dependencies: Record<string, string> };
  if (!manifest.dependencies['@parcel/watcher']?.includes('#')) {
    return;
  }
  manifest.dependencies['@parcel/watcher'] = '^2.5.1';
  await writeFile(path, JSON.stringify(manifest, undefined, 2));
  await rm(join(vscode, 'npm-shrinkwrap.json'));
}

/**
 * Installs npm packages without running their install scripts, so no compiler is needed. As a result, VS Code's
 * terminal and its log writer don't work.
 */
async function npmInstall(folder: string, args: string): Promise<void> {
  await runOrFail(`npm install --ignore-scripts --no-audit --no-fund ${args}`, { cwd: folder });
}
