import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { download, SilentReporter } from '@vscode/test-electron';

import { atExit } from './atExit.ts';
import { cacheDir, projectDir, sampleWorkspace } from './paths.ts';
import { startProcess } from './processes.ts';
import { writeSettings } from './settings.ts';

/** Whether a window can be opened here. */
export function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined;
}

/**
 * Downloads VS Code for the desktop, unless it is in the cache already.
 * @param version A version number, or `stable`.
 * @throws If it can't be downloaded.
 */
export async function installDesktop(version: string): Promise<void> {
  await download({ version, cachePath: cacheDir, reporter: new SilentReporter() });
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
