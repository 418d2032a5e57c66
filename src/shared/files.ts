import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Replaces a file, or creates it with its folder. Each window writes a file of its own and renames it, so no window reads
 * a part of the text, even if two of them write at the same time.
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
