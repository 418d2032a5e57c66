import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import subsetFont from 'subset-font';

/** The CSS rule of an icon in `codicon.css`. The groups are the icon's name and the hex code of its character. */
const iconRule = /\.codicon-([\w-]+):before \{ content: "\\([0-9a-f]+)" \}\n?/g;

/**
 * Reduces VS Code's icon stylesheet to the icons whose names occur in the sources, and from 30 kB to 6 kB.
 *
 * @param {string} cssPath the path of `codicon.css`
 * @param {string} sourceDir the folder of the TypeScript sources
 * @returns {Promise<string>}
 */
export async function subsetIconStyle(cssPath, sourceDir) {
  const css = await readFile(cssPath, 'utf8');
  const words = await collectWords(sourceDir);
  return css.replaceAll(iconRule, (rule, name) => (words.has(name) ? rule : ''));
}

/**
 * Reduces VS Code's icon font to the icons in a stylesheet.
 *
 * @param {string} fontPath the path of `codicon.ttf`
 * @param {string} css the result of {@link subsetIconStyle}
 * @returns {Promise<Uint8Array>}
 */
export async function subsetIconFont(fontPath, css) {
  const characters = [...css.matchAll(iconRule)].map(([, , code]) =>
    String.fromCodePoint(parseInt(code, 16)),
  );
  return subsetFont(await readFile(fontPath), characters.join(''), { targetFormat: 'truetype' });
}

/** @param {string} dir */
async function collectWords(dir) {
  const files = (await readdir(dir, { recursive: true })).filter((file) => file.endsWith('.ts'));
  const texts = await Promise.all(files.map((file) => readFile(join(dir, file), 'utf8')));
  return new Set(texts.join('\n').match(/[a-z][a-z0-9]*(?:-[a-z0-9]+)*/g));
}
