// `npm run pictures`: takes the README's pictures with the workbench tests. Review them before committing.
import { copyFile, mkdir } from 'node:fs/promises';
import { projectDir } from '../test/host/paths.ts';
import { runOrFail } from '../test/host/processes.ts';

process.chdir(projectDir);
await runOrFail('node scripts/test.ts --only workbench');
await mkdir('media/pictures', { recursive: true });
const pictures = { tree: 'tree-dark', hover: 'hover-dark', page: 'page-resumed' };
for (const [name, source] of Object.entries(pictures)) {
  await copyFile(`out/pictures/${source}.png`, `media/pictures/${name}.png`);
}
