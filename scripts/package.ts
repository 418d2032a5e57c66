// Builds and packs what ships, and looks at it: `npm run package`, `-- --out FILE`.
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';

import manifest from '../package.json' with { type: 'json' };
import { projectDir } from '../test/host/paths.ts';
import { runOrFail } from '../test/host/processes.ts';

const largest = 400_000;

/** What VS Code or its Marketplace reads. Everything else is ballast, or a secret. */
const shipped = [
  /^package(\.nls(\.[\w-]+)?)?\.json$/,
  /^(README|CHANGELOG)\.md$/,
  /^LICENSE(\.txt)?$/,
  /^dist\/[\w-]+\.(cjs|js|css|ttf)$/,
  /^l10n\/bundle\.l10n\.[\w-]+\.json$/,
  /^media\/(\w+\.svg|icon\.png)$/,
];

process.chdir(projectDir);
const { values } = parseArgs({
  options: { out: { type: 'string', default: `${manifest.name}-${manifest.version}.vsix` } },
});
await mkdir(dirname(values.out), { recursive: true });
// vsce builds through `vscode:prepublish`. The pictures of the README are for where it is published: `--baseImagesUrl`
// says where, then.
await runOrFail(
  `vsce package --no-dependencies --allow-missing-repository --no-rewrite-relative-links -o "${values.out}"`,
);

const files = (await runOrFail('vsce ls --no-dependencies')).trim().split('\n');
const { size } = await stat(values.out);
console.log(`${files.join('\n')}\n\n${values.out}: ${files.length} files, ${Math.ceil(size / 1000)} kB`);

const foreign = files.filter((file) => !shipped.some((pattern) => pattern.test(file)));
if (foreign.length > 0) fail(`These do not belong into the package: ${foreign.join(', ')}`);
if (size > largest) fail(`The package is larger than ${largest / 1000} kB.`);

function fail(reason: string): void {
  console.error(reason);
  process.exitCode = 1;
}
