import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Writable } from 'node:stream';

import { download, runTests, TestRunFailedError } from '@vscode/test-electron';

import { atExit } from './atExit.ts';
import { cacheDir, projectDir, sampleWorkspace, suitePath } from './paths.ts';
import { type Ended, startProcess } from './processes.ts';
import { writeSettings } from './settings.ts';
import { type Version, versions } from './versions.ts';

/** Whether a window can be opened here. */
export function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined;
}

/** The executable of a desktop VS Code; downloaded once. */
export function installDesktop(version: Version): Promise<string> {
  return download({ version: versions[version].desktop, cachePath: cacheDir, timeout: 15_000 });
}

/** Runs the suite in a desktop VS Code. */
export async function runDesktopSuite(version: Version, env: NodeJS.ProcessEnv): Promise<Ended> {
  let output = '';
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      output += chunk.toString();
      done();
    },
  });
  try {
    const code = await runTests({
      vscodeExecutablePath: await installDesktop(version),
      extensionDevelopmentPath: projectDir,
      extensionTestsPath: suitePath,
      launchArgs: [sampleWorkspace, '--disable-extensions', '--disable-workspace-trust'],
      extensionTestsEnv: env,
      stdout: stream,
      stderr: stream,
    });
    return { code, output };
  } catch (error) {
    if (error instanceof TestRunFailedError) return { code: error.code ?? 1, output };
    throw error;
  }
}

/** Whether the VS Code of this machine can be opened: its `code` is on the PATH, and there is a display. */
export function hasDesktopCode(): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const names = process.platform === 'win32' ? ['code.cmd'] : ['code'];
  return hasDisplay() && folders.some((folder) => names.some((name) => existsSync(join(folder, name))));
}

/** Opens a window of the VS Code of this machine, apart from its user's own, and waits until it is closed. */
export async function openDesktopCode(env: NodeJS.ProcessEnv): Promise<void> {
  const userDataDir = join(cacheDir, 'user-data');
  await writeSettings(join(userDataDir, 'User'), 'newest');
  // What `code` starts is not in its process group; it leaves its id in this file.
  atExit(() => {
    endProcessOf(join(userDataDir, 'code.lock'));
  });
  const args = [
    ...['--new-window', '--wait', '--user-data-dir', userDataDir],
    ...['--extensions-dir', join(cacheDir, 'extensions'), '--extensionDevelopmentPath', projectDir],
    sampleWorkspace,
  ];
  const code = startProcess('code', args, {
    env: { ...process.env, ...env },
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  await once(code, 'exit');
}

function endProcessOf(lockFile: string): void {
  if (!existsSync(lockFile)) return;
  try {
    process.kill(Number(readFileSync(lockFile, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
