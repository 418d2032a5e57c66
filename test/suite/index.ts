import { appendFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'node:util';

/**
 * Called by VS Code in its extension host once it is up: runs the tests next to it, and fails when one did.
 * `npm test` wants the report in a file: on the console it would stand among what VS Code itself has to say.
 */
export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({ ui: 'bdd', timeout: 20_000, forbidOnly: true, color: false });
  const report = process.env['SEQUIN_SUITE_REPORT'];
  if (report !== undefined) {
    Mocha.reporters.Base.consoleLog = (...args: unknown[]) => {
      appendFileSync(report, `${format(...args)}\n`);
    };
  }
  for (const file of await readdir(__dirname)) {
    if (file.endsWith('.test.cjs')) mocha.addFile(join(__dirname, file));
  }
  await mocha.loadFilesAsync();
  await new Promise<void>((resolve, reject) => {
    mocha.run((failures) => {
      if (failures === 0) resolve();
      else reject(new Error(`${failures} tests failed.`));
    });
  });
}
