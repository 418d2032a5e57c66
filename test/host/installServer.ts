import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { cacheDir } from './paths.ts';
import { runOrFail } from './processes.ts';
import { type Version, versions } from './versions.ts';

/** A VS Code server on the disk, ready to run. */
export interface InstalledServer {
  /** The Node that it wants to run on. */
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
 * Gets a VS Code server from the npm registry, once. It has its final name only when it is complete:
 * what an interrupted install leaves behind is never taken for a server.
 */
export function installServer(version: Version): Promise<InstalledServer> {
  const started = installs.get(version) ?? installOnce(version);
  installs.set(version, started);
  return started;
}

async function installOnce(version: Version): Promise<InstalledServer> {
  const { codeServer, node } = versions[version];
  const finished = join(cacheDir, `server-${codeServer}`);
  if (!existsSync(finished)) {
    const unfinished = `${finished}.${process.pid}`;
    try {
      await install(unfinished, codeServer, node);
      await rename(unfinished, finished).catch((error: unknown) => {
        // Another process may have been faster.
        if (!existsSync(finished)) throw error;
      });
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  }
  const modules = join(finished, 'node_modules');
  const vscode = join(modules, 'code-server/lib/vscode');
  return {
    node: join(modules, nodePackage, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node'),
    main: join(vscode, 'out/server-main.js'),
    extensions: join(vscode, 'extensions'),
  };
}

async function install(folder: string, codeServer: string, node: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  await npmInstall(folder, `code-server@${codeServer} ${nodePackage}@${node}`);

  const vscode = join(folder, 'node_modules/code-server/lib/vscode');
  await replaceGitDependency(vscode);
  await npmInstall(vscode, '--omit=dev');
}

/** The older server wants a file watcher from a git address; the released one does as well. */
async function replaceGitDependency(vscode: string): Promise<void> {
  const path = join(vscode, 'package.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as { dependencies: Record<string, string> };
  if (!manifest.dependencies['@parcel/watcher']?.includes('#')) return;
  manifest.dependencies['@parcel/watcher'] = '^2.5.1';
  await writeFile(path, JSON.stringify(manifest, undefined, 2));
  await rm(join(vscode, 'npm-shrinkwrap.json'));
}

/** Without scripts, so that no compiler is needed: what stays unbuilt is the terminal and the log files. */
async function npmInstall(folder: string, what: string): Promise<void> {
  await runOrFail(`npm install --ignore-scripts --no-audit --no-fund ${what}`, { cwd: folder });
}
