import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectDir } from '../host/paths.ts';

/** Finds the names of the theme variables that the built page uses. */
export async function findUsedVariables(): Promise<Set<string>> {
  const files = ['page-style.css', 'page.js'].map((file) => readFile(join(projectDir, 'dist', file), 'utf8'));
  const text = (await Promise.all(files)).join('\n');
  return new Set(text.match(/--vscode-[a-z][\w-]*/g));
}
