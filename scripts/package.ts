// `npm run package` builds the extension's package, and checks its files and its size. `-- --out FILE` sets the path of
// the package.
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import JSZip from 'jszip';
import manifest from '../package.json' with { type: 'json' };
import { parseOptions, runMain } from '../test/host/options.ts';
import { projectDir } from '../test/host/paths.ts';
import { runOrFail } from '../test/host/processes.ts';
import { isPreRelease } from './prepareRelease.ts';

const maxBytes = 500_000;

/**
 * The files that VS Code or the Marketplace reads, by the names that vsce gives them in the package. Any other file
 * wastes space or could contain a secret.
 */
const allowedFiles = [
  /^package(\.nls(\.[\w-]+)?)?\.json$/,
  /^(readme|changelog)\.md$/,
  /^LICENSE\.txt$/,
  /^dist\/([\w-]+\.(cjs|js|css|ttf)|THIRD_PARTY_NOTICES\.txt)$/,
  /^schemas\/sequin\.schema\.json$/,
  /^l10n\/bundle\.l10n(\.[\w-]+)?\.json$/,
  /^media\/(\w+\.svg|status\/[\w-]+\.svg|icon\.png|walkthrough\/[\w-]+\.webp)$/,
];

process.chdir(projectDir);
const { out } = await runMain(() =>
  parseOptions({
    options: { out: { type: 'string', default: `${manifest.name}-${manifest.version}.vsix` } },
  }),
);
await mkdir(dirname(out), { recursive: true });
// vsce builds the extension by running `vscode:prepublish`. It also makes the links in Markdown files absolute. The
// package doesn't have the pictures in these files: VS Code and the Marketplace load them from the version's Git tag.
const channelOption = isPreRelease(manifest.version) ? '--pre-release' : '';
await runOrFail(
  `vsce package --no-dependencies --githubBranch v${manifest.version} ${channelOption} -o "${out}"`,
);

const archive = await readFile(out);
const extensionFolder = 'extension/';
const files = Object.values((await JSZip.loadAsync(archive)).files)
  .filter(({ dir, name }) => !dir && name.startsWith(extensionFolder))
  .map(({ name }) => name.slice(extensionFolder.length));
console.log(`${files.join('\n')}\n\n${out}: ${files.length} files, ${Math.ceil(archive.length / 1000)} kB`);

const unexpectedFiles = files.filter((file) => !allowedFiles.some((pattern) => pattern.test(file)));
if (unexpectedFiles.length > 0) {
  fail(`Unexpected files in the package: ${unexpectedFiles.join(', ')}`);
}
// Most licenses must accompany each copy of the code.
if (!files.includes('dist/THIRD_PARTY_NOTICES.txt')) {
  fail('The package doesn’t have the licenses of the bundled code.');
}
if (archive.length > maxBytes) {
  fail(`The package is larger than ${maxBytes / 1000} kB.`);
}

function fail(reason: string): void {
  console.error(reason);
  process.exitCode = 1;
}
