import { download, SilentReporter } from '@vscode/test-electron';
import { cacheDir } from './paths.ts';

/** Whether this machine can open windows. */
export function hasDisplay(): boolean {
  if (process.platform !== 'linux') {
    return true;
  }
  return process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined;
}

/**
 * Downloads VS Code for the desktop unless it is already in the cache.
 * @param version A version number, or `stable`.
 * @throws Error when the download fails.
 */
export async function installDesktop(version: string): Promise<void> {
  await download({ version, cachePath: cacheDir, reporter: new SilentReporter() });
}
