import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Replaces a file, or creates it with its folder. Each window writes a temporary file of its own and then renames it,
 * so no window reads incomplete text, even if two windows write at the same time.
 *
 * @throws errors of `node:fs`
 */
export function replaceFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporaryPath = `${path}.${process.pid}`;
  writeFileSync(temporaryPath, text, { mode: 0o600 });
  renameSync(temporaryPath, path);
}

/**
 * Returns the text of a file; '' if the file is larger than `maxBytes`.
 *
 * @throws errors of `node:fs`
 */
export function readSmallFile(path: string, maxBytes: number): string {
  return statSync(path).size <= maxBytes ? readFileSync(path, 'utf8') : '';
}

/**
 * Deletes the files in a folder that were last written before `before`, in milliseconds since the epoch. Keeps the
 * files at `retainedPaths`.
 */
export async function deleteOldFiles(
  folder: string,
  before: number,
  retainedPaths?: ReadonlySet<string>,
): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    try {
      if (retainedPaths?.has(path) !== true && (await stat(path)).mtimeMs < before) {
        await rm(path);
      }
    } catch {
      // Another window deleted the file, or the folder isn't writable.
    }
  }
}
