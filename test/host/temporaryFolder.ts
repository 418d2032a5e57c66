import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { onExit } from './cleanup.ts';

/** Creates an empty folder that is deleted when this process exits. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sequin-'));
  deleteOnExit(folder);
  return folder;
}

/**
 * Deletes a folder when this process exits.
 * @returns a function that keeps it after all.
 */
export function deleteOnExit(folder: string): () => void {
  return onExit(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
}

/**
 * Makes this process and everything that it starts use one temporary folder. When this process exits, what still runs
 * of it is killed and the folder is deleted. Linux only: elsewhere, the environment of a process can't be read, and
 * the longer path may be too long for the sockets of VS Code.
 */
export function redirectTemporaryFiles(): void {
  if (process.platform !== 'linux') return;
  const folder = mkdtempSync(join(tmpdir(), 'sequin-'));
  process.env['TMPDIR'] = folder;
  onExit(() => {
    for (let users = usersOf(folder); users.length > 0; users = usersOf(folder)) {
      for (const pid of users) kill(pid);
      // A killed process takes a moment to vanish, and an exiting process can't wait for an event.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
}

/** The ids of the other processes whose temporary folder is `folder`. */
function usersOf(folder: string): number[] {
  const pids = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid);
  return pids.filter((pid) => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      return environment.some((variable) => variable.startsWith(`TMPDIR=${folder}`));
    } catch {
      // It has exited, or belongs to another user.
      return false;
    }
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
