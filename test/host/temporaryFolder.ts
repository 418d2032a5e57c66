import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onExit } from './cleanup.ts';
import { findProcesses } from './findProcesses.ts';

/** Creates an empty folder that is deleted when this process exits. */
export function createTemporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sequin-'));
  deleteOnExit(folder);
  return folder;
}

/**
 * Deletes a folder when this process exits.
 * @returns a function that cancels the deletion
 */
export function deleteOnExit(folder: string): () => void {
  return onExit(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
}

/**
 * Creates a temporary folder for this process and its descendants. When this process exits, remaining descendants are
 * killed and the folder is deleted. Does nothing on macOS and Windows, where the environment of a process can't be read
 * and the longer path of the folder may exceed the limit for the paths of VS Code's sockets.
 */
export function redirectTemporaryFiles(): void {
  if (process.platform !== 'linux') {
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'sequin-'));
  process.env['TMPDIR'] = folder;
  onExit(() => {
    for (let running = findProcesses(folder); running.length > 0; running = findProcesses(folder)) {
      for (const { pid } of running) {
        killProcess(pid);
      }
      // A killed process takes a moment to exit, and this process can't wait for events while exiting.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
}

/** Kills a process, unless it has exited already. */
export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}
