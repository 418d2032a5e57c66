import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onExit } from './cleanup.ts';

/** Creates an empty folder that is deleted when this process exits. */
export function createTemporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sequin-'));
  deleteOnExit(folder);
  return folder;
}

/**
 * Deletes a folder when this process exits.
 * @returns A function that cancels the deletion.
 */
export function deleteOnExit(folder: string): () => void {
  return onExit(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
}

/**
 * Creates a temporary folder for this process and its descendants. When this process exits, remaining descendants are
 * killed and the folder is deleted. Linux only: elsewhere, the environment of a process can't be read, and the longer
 * path may exceed the limit for sockets of VS Code.
 */
export function redirectTemporaryFiles(): void {
  if (process.platform !== 'linux') {
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'sequin-'));
  process.env['TMPDIR'] = folder;
  onExit(() => {
    for (let pids = findUsers(folder); pids.length > 0; pids = findUsers(folder)) {
      for (const pid of pids) {
        killProcess(pid);
      }
      // A killed process takes a moment to exit, and this process can't wait for events while exiting.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
}

/**
 * Finds the other processes that use `folder`: as their temporary folder, or as an argument. Chromium's network service
 * is found only by its argument, because Chromium writes its processes' titles over their environment.
 */
function findUsers(folder: string): number[] {
  const pids = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid);
  return pids.filter((pid) => {
    try {
      return ['environ', 'cmdline'].some((file) => readFileSync(`/proc/${pid}/${file}`).includes(folder));
    } catch {
      // The process has exited, or belongs to another user.
      return false;
    }
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
