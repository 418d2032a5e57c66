import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'node:util';

import { installChromium } from './chromium.ts';
import { hasDisplay, installDesktop, runDesktopSuite } from './desktop.ts';
import { installServer } from './installServer.ts';
import { suitePath } from './paths.ts';
import type { Ended } from './processes.ts';
import { temporaryFolder } from './temporaryFolder.ts';
import type { Version } from './versions.ts';
import { Workbench } from './Workbench.ts';

const longest = 180_000;

type Host = 'desktop' | 'browser';

/** Gets what `runSuite` needs, and answers which kind of VS Code that is. */
export async function prepareHost(version: Version): Promise<Host> {
  const wanted = process.env['SEQUIN_TEST_HOST'];
  if (wanted !== 'browser' && (wanted === 'desktop' || hasDisplay())) {
    try {
      await installDesktop(version);
      return 'desktop';
    } catch (error) {
      if (wanted === 'desktop') throw error;
      console.log(`No desktop VS Code to be had (${String(error)}): testing in a browser.`);
    }
  }
  await Promise.all([installServer(version), installChromium()]);
  return 'browser';
}

/** Runs `test/suite/` inside a real VS Code. Its exit code is 0 when every test passed. */
export async function runSuite(version: Version): Promise<Ended> {
  const host = await prepareHost(version);
  const report = join(temporaryFolder(), 'report.txt');
  await writeFile(report, '');
  const env = { SEQUIN_SUITE_REPORT: report };
  const { code, output } = await (host === 'desktop'
    ? runDesktopSuite(version, env)
    : runBrowserSuite(version, env));
  // What VS Code itself writes is worth reading only if the tests did not even begin.
  return { code, output: (await readFile(report, 'utf8')) || output };
}

async function runBrowserSuite(version: Version, env: NodeJS.ProcessEnv): Promise<Ended> {
  const { promise: exit, resolve: onTestExit } = Promise.withResolvers<number>();
  let output = '';
  const workbench = await Workbench.open({
    version,
    env,
    extensionTestsPath: suitePath,
    onTestLog: (...args) => (output += `${format(...args)}\n`),
    onTestExit,
  });
  const limit = setTimeout(() => {
    output += `The suite did not end within ${longest / 1000} s.\n`;
    onTestExit(1);
  }, longest);
  const code = await exit;
  clearTimeout(limit);
  await workbench.close();
  return { code, output };
}
