import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findProcesses } from '../host/findProcesses.ts';
import { projectDir } from '../host/paths.ts';
import { createTemporaryFolder } from '../host/temporaryFolder.ts';

const moduleUrl = pathToFileURL(join(projectDir, 'test/host/temporaryFolder.ts')).href;

/**
 * A script that starts a child process, which creates a folder again and again, and exits as soon as the folder exists.
 * The script's argument says where the child process has the path of the folder: in its `environment` or `arguments`.
 */
const script = `
  import { spawn } from 'node:child_process';
  import { existsSync } from 'node:fs';
  import { redirectTemporaryFiles } from ${JSON.stringify(moduleUrl)};
  redirectTemporaryFiles();
  const folder = process.env.TMPDIR + '/profile';
  const env = process.argv[1] === 'environment' ? process.env : {};
  const command = process.argv[1] === 'environment'
    ? ['while mkdir -p "$TMPDIR/profile"; do :; done']
    : ['while mkdir -p "$1"; do :; done', 'sh', folder];
  spawn('/bin/sh', ['-c', ...command], { env, detached: true, stdio: 'ignore' });
  setInterval(() => existsSync(folder) && process.exit(), 10);
`;

describe('the temporary folder of a process and its descendants', function () {
  before(function () {
    // `redirectTemporaryFiles` does nothing on other systems.
    if (process.platform !== 'linux') {
      this.skip();
    }
  });

  for (const place of ['environment', 'arguments']) {
    it(`is deleted even if a descendant with the folder’s path in its ${place} is still writing to it`, async () => {
      const parent = createTemporaryFolder();
      const run = spawn(process.execPath, ['--input-type=module', '-e', script, place], {
        env: { ...process.env, TMPDIR: parent },
        stdio: 'inherit',
      });
      const [code] = (await once(run, 'exit')) as [number];
      assert.equal(code, 0);
      const writers = findProcesses(parent);
      for (const { pid } of writers) {
        process.kill(pid, 'SIGKILL');
      }
      assert.deepEqual(writers, []);
      assert.deepEqual(readdirSync(parent), []);
    });
  }
});
