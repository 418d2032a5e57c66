import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import subsetFont from 'subset-font';

/**
 * Reduces VS Code's icon font to the icons whose names occur in the sources: 11 of 62 kB.
 *
 * @param {string} fontPath the path of `codicon.ttf`, which is beside `codicon.css`
 * @param {string} sourceDir the folder of the TypeScript sources
 * @returns {Promise<Uint8Array>}
 */
export async function subsetIcons(fontPath, sourceDir) {
  const css = await readFile(join(fontPath, '../codicon.css'), 'utf8');
  const icons = [...css.matchAll(/\.codicon-([\w-]+):before \{ content: "\\([0-9a-f]+)"/g)];
  const words = await collectWords(sourceDir);
  const used = icons.filter(([, name]) => words.has(name));
  const characters = used.map(([, , code]) => String.fromCodePoint(parseInt(code, 16)));
  return subsetFont(await readFile(fontPath), characters.join(''), { targetFormat: 'truetype' });
}

/** @param {string} dir */
async function collectWords(dir) {
  const files = (await readdir(dir, { recursive: true })).filter((file) => file.endsWith('.ts'));
  const texts = await Promise.all(files.map((file) => readFile(join(dir, file), 'utf8')));
  return new Set(texts.join('\n').match(/[a-z][a-z0-9]*(?:-[a-z0-9]+)*/g));
}
