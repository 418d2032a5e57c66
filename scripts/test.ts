// `npm test` runs all checks and tests; `-- --only unit,suite` runs only some steps. It prints the failures and a
// table, and writes the full output to `out/test.log`.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installChromium } from '../test/host/chromium.ts';
import { isInterrupted } from '../test/host/cleanup.ts';
import { installServer } from '../test/host/installServer.ts';
import { packagePath, projectDir } from '../test/host/paths.ts';
import { prepareHost } from '../test/host/runSuite.ts';
import { redirectTemporaryFiles } from '../test/host/temporaryFolder.ts';
import {
  createCheck,
  createTestRun,
  runSteps,
  selectSteps,
  type Step,
  type StepResult,
  toTable,
} from './testSteps.ts';

/** The number of steps that run at a time. Workbench tests mostly wait, so three steps keep two cores busy. */
const concurrency = 3;
const playwright = 'playwright test --reporter test/host/jsonStreamReporter.ts --project';
const afterInstallAndBuild = { needs: ['vscode', 'build'] };

/** The workbench tests take longest, so both halves begin as soon as the build that they need exists. */
const steps: Step[] = [
  { name: 'vscode', run: installHosts },
  createCheck('package', `node scripts/package.ts --out ${packagePath}`),
  createCheck('types', 'tsc -p . && tsc -p src/detail/page'),
  // This step and "package" write to dist/.
  { ...createCheck('build', 'node esbuild.js'), after: ['package'] },
  createWorkbenchRun(1),
  createWorkbenchRun(2),
  createCheck('prettier', 'prettier --check --cache --cache-location out/prettier .'),
  createCheck('eslint', 'eslint --cache --cache-location out/eslint .'),
  createCheck('knip', 'knip'),
  createCheck('prose', 'node scripts/checkProse.mjs'),
  createTestRun('unit', 'mocha --reporter json-stream "test/unit/**/*.test.ts"'),
  createTestRun('page', `${playwright} page`, afterInstallAndBuild),
  createTestRun('suite in the newest VS Code', 'node test/host/runSuite.ts newest', afterInstallAndBuild),
  createTestRun('suite in the oldest VS Code', 'node test/host/runSuite.ts minimum', afterInstallAndBuild),
  createTestRun('vsix', `${playwright} vsix`, { needs: ['vscode', 'package'] }),
  createTestRun('scripts', 'mocha --reporter json-stream "test/scripts/**/*.test.ts"', afterInstallAndBuild),
];

const logFile = join(projectDir, 'out/test.log');
try {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const selected = values.only === undefined ? steps : selectSteps(steps, values.only.split(','));
  await runAll(selected);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function runAll(selected: readonly Step[]): Promise<void> {
  redirectTemporaryFiles();
  process.chdir(projectDir);
  const results = await runSteps(selected, concurrency, reportStep);
  if (isInterrupted()) {
    return;
  }
  await mkdir('out', { recursive: true });
  await writeFile(logFile, results.map(({ name, log }) => `== ${name} ==\n${log}`).join('\n'));
  console.log(`\nThe full output is in ${logFile}\n\n${toTable(results)}`);
  process.exitCode = results.every(({ failures }) => failures.length === 0) ? 0 : 1;
}

function reportStep({ name, seconds, failures, retried = [] }: StepResult): void {
  if (isInterrupted()) {
    return;
  }
  console.log(`${failures.length === 0 ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s)`);
  for (const title of retried) {
    console.log(`  ↻ failed at first and ran again: ${title}`);
  }
  for (const { title, details } of failures) {
    console.log(`\n  ✗ ${title}\n${details.trim().replace(/^/gm, '    ')}\n`);
  }
}

/** Creates a step for half of the workbench tests, with a folder of its own, since Playwright empties the folder. */
function createWorkbenchRun(half: 1 | 2): Step {
  const options = `--shard ${half}/2 --output out/playwright/e2e/${half}`;
  return createTestRun(`workbench, half ${half}`, `${playwright} e2e ${options}`, afterInstallAndBuild);
}

/** Downloads VS Code and Chromium. Steps that don't need them run in the meantime. */
async function installHosts(): ReturnType<Step['run']> {
  await Promise.all([
    // The workbench tests and the package tests need VS Code as a server, even if the suite runs on the desktop.
    installServer('newest'),
    installServer('minimum'),
    installChromium(),
    prepareHost('newest'),
    prepareHost('minimum'),
  ]);
  return { passed: 1, skipped: 0, failures: [], log: '' };
}
