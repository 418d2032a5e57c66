import { mkdtempSync, rmSync } from 'node:fs';
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
 * Makes this process and all that it starts use one temporary folder, which is deleted when this process exits:
 * programs that are killed leave nothing behind. Linux only: elsewhere the longer path would be too long for the
 * sockets of VS Code.
 */
export function redirectTemporaryFiles(): void {
  if (process.platform === 'linux') process.env['TMPDIR'] = temporaryFolder();
}
