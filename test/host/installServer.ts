import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { cacheDir } from './paths.ts';
import { runOrFail } from './processes.ts';
import { deleteOnExit } from './temporaryFolder.ts';
import { type Version, versions } from './versions.ts';

/** A VS Code server on disk, ready to run. */
export interface InstalledServer {
  /** The Node.js binary that it runs on. */
  readonly node: string;
  /** Its entry point. */
  readonly main: string;
  /** The folder of its built-in extensions. */
  readonly extensions: string;
}

const platform = process.platform === 'win32' ? 'win' : process.platform;
const installs = new Map<Version, Promise<InstalledServer>>();
const nodePackage = `node-${platform}-${process.arch}`;

/**
 * Installs a VS Code server from npm unless it is there already. The folder gets its final name when it is complete:
 * an interrupted installation is never mistaken for a server, and the next one deletes it.
 */
export function installServer(version: Version): Promise<InstalledServer> {
  const started = installs.get(version) ?? installOnce(version);
  installs.set(version, started);
  return started;
}

async function installOnce(version: Version): Promise<InstalledServer> {
  const { codeServer, node, name, megabytes } = versions[version];
  const finished = join(cacheDir, `server-${codeServer}`);
  if (!existsSync(finished)) {
    await deleteInterrupted();
    const unfinished = `${finished}.${process.pid}`;
    const keep = deleteOnExit(unfinished);
    console.log(`Installing VS Code ${name} from npm (${megabytes} MB, once)…`);
    await install(unfinished, codeServer, node);
    await rename(unfinished, finished).catch(async (error: unknown) => {
      // Another process may have been faster.
      if (!existsSync(finished)) throw error;
      await rm(unfinished, { recursive: true, force: true });
    });
    keep();
    console.log(`Installed VS Code ${name}.`);
  }
  const modules = join(finished, 'node_modules');
  const vscode = join(modules, 'code-server/lib/vscode');
  return {
    node: join(modules, nodePackage, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node'),
    main: join(vscode, 'out/server-main.js'),
    extensions: join(vscode, 'extensions'),
  };
}

/** Deletes what installations left behind whose process is gone. */
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
    // EPERM: it is running, as another user.
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

/** Replaces a dependency of the older server on a git address with the release of the same package. */
async function replaceGitDependency(vscode: string): Promise<void> {
  const path = join(vscode, 'package.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as { dependencies: Record<string, string> };
  if (!manifest.dependencies['@parcel/watcher']?.includes('#')) return;
  manifest.dependencies['@parcel/watcher'] = '^2.5.1';
  await writeFile(path, JSON.stringify(manifest, undefined, 2));
  await rm(join(vscode, 'npm-shrinkwrap.json'));
}

/** Runs no install scripts, so no compiler is needed; the terminal and VS Code's own log writer stay unbuilt. */
async function npmInstall(folder: string, what: string): Promise<void> {
  await runOrFail(`npm install --ignore-scripts --no-audit --no-fund ${what}`, { cwd: folder });
}
