import { download, SilentReporter } from '@vscode/test-electron';

import { cacheDir } from './paths.ts';

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
