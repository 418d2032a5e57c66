// Takes the README's pictures anew, from the e2e tests: `npm run pictures`. Look at them before you commit them.
import { copyFile, mkdir } from 'node:fs/promises';

import { projectDir } from '../test/host/paths.ts';
import { runOrFail } from '../test/host/processes.ts';

process.chdir(projectDir);
await runOrFail('node scripts/test.ts --only e2e');
await mkdir('media/pictures', { recursive: true });
for (const name of ['tree', 'hover', 'page']) {
  await copyFile(`out/pictures/${name}-dark.png`, `media/pictures/${name}.png`);
}
