import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/**
 * Collects the licenses of all npm packages in the bundles. Most licenses require that each copy of the code includes
 * them.
 *
 * @param {readonly import('esbuild').Metafile[]} metafiles what esbuild reports about the bundles
 * @param {string} projectDir the folder that the paths in the metafiles are relative to
 * @returns {Promise<string>} the text of the file `THIRD_PARTY_NOTICES.txt`
 * @throws {Error} if a package has no license
 */
export async function createThirdPartyNotices(metafiles, projectDir) {
  const folders = new Set(
    metafiles
      .flatMap(({ outputs }) => Object.values(outputs))
      .flatMap(({ inputs }) => Object.keys(inputs))
      .map(findPackageFolder)
      .filter((folder) => folder !== undefined),
  );
  const notices = await Promise.all(
    [...folders].map((folder) => describePackage(resolve(projectDir, folder))),
  );
  return `This extension contains the following packages.\n\n${notices.sort().join('\n\n')}\n`;
}

/**
 * @param {string} path
 * @returns {string | undefined} the folder of the npm package that contains a file
 */
function findPackageFolder(path) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

/** @param {string} folder */
async function describePackage(folder) {
  /** @type {{ name: string, version: string, license?: string, author?: string | { name: string } }} */
  const { name, version, license, author } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const texts = await readLicenses(folder);
  if (texts.length === 0 && license === undefined) {
    throw new Error(`${folder} has no license.`);
  }
  const header = `${'='.repeat(80)}\n${name} ${version} (${license ?? 'see below'})`;
  const authorName = typeof author === 'string' ? author : author?.name;
  const body = texts.length > 0 || authorName === undefined ? texts : [`Author: ${authorName}`];
  return [header, ...body.map((text) => text.trim())].join('\n\n');
}

/**
 * Reads the license files of a package or, if there are none, the license section of its readme.
 *
 * @param {string} folder
 */
async function readLicenses(folder) {
  const names = (await readdir(folder)).sort();
  /** @param {RegExp} pattern */
  const read = (pattern) =>
    Promise.all(
      names.filter((name) => pattern.test(name)).map((name) => readFile(join(folder, name), 'utf8')),
    );
  const files = await read(/^(licen[cs]e|notice|copying)/i);
  return files.length > 0
    ? files
    : (await read(/^readme/i)).flatMap((text) => /^#*[ ]*Licen[cs]e\r?\n.*/ims.exec(text)?.[0] ?? []);
}
