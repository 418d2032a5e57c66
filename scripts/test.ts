// The whole of `npm test`, or some of it: `npm test -- --only unit,suite`.
import { parseArgs } from 'node:util';

import { installChromium } from '../test/host/chromium.ts';
import { installServer } from '../test/host/installServer.ts';
import { projectDir } from '../test/host/paths.ts';
import { runToEnd } from '../test/host/processes.ts';
import { prepareHost, runSuite } from '../test/host/runSuite.ts';
import type { Version } from '../test/host/versions.ts';
import { countTests, runSteps, selectSteps, type Step, summary } from './steps.ts';

/** The workbench's tests in three parts: a step has five minutes, and a part that hangs leaves the others their word. */
const firstDayE2e = 'main|page';
const serversE2e = 'connections|network|secrets';

const steps: Step[] = [
  { name: 'vscode', run: getVscode },
  check('types', 'tsc -p . && tsc -p src/detail/page'),
  check('eslint', 'eslint .'),
  check('prettier', 'prettier --check .'),
  check('knip', 'knip'),
  tests('unit', 'mocha "test/unit/**/*.test.ts"'),
  check('package', 'node scripts/package.ts --out out/sequin.vsix'),
  // Both write to dist/.
  { ...check('build', 'node esbuild.js'), after: ['package'] },
  {
    ...tests('page alone', 'mocha --timeout 60000 "test/page/**/*.test.ts"'),
    needs: ['vscode', 'build'],
  },
  e2e('e2e', `!(${firstDayE2e}|${serversE2e})`),
  e2e('e2e of a first day', `@(${firstDayE2e})`, 'e2e'),
  e2e('e2e of servers and networks', `@(${serversE2e})`, 'e2e of a first day'),
  suite('suite in the newest VS Code', 'newest'),
  suite('suite in the oldest VS Code', 'minimum'),
];

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const selected = selectSteps(steps, values.only?.split(',') ?? ['']);
const results = await runSteps(selected, 2, ({ name, seconds, failed, output }) => {
  const shown = output.trim() === '' ? '' : `\n${output.trimEnd()}\n`;
  console.log(`${failed === 0 ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s)${shown}`);
});
console.log(`\n${summary(results)}`);
process.exitCode = results.every(({ failed }) => failed === 0) ? 0 : 1;

/** A command that is right or wrong as a whole, and worth reading only if it is wrong. */
function check(name: string, command: string): Step {
  const run = async () => {
    const { code, output } = await runToEnd(command, { cwd: projectDir });
    return code === 0 ? { passed: 1, failed: 0, output: '' } : { passed: 0, failed: 1, output };
  };
  return { name, run };
}

/** A run of mocha. */
function tests(name: string, command: string): Step {
  const run = async () => {
    const { code, output } = await runToEnd(command, { cwd: projectDir });
    return { ...countTests(output, code), output };
  };
  return { name, run };
}

/** A part of the workbench's tests. Two workbenches at once are slow on two cores, and a slow one is no test of ours. */
function e2e(name: string, files: string, after?: string): Step {
  return {
    ...tests(name, `mocha --timeout 60000 "test/e2e/${files}.test.ts"`),
    needs: ['vscode', 'build'],
    ...(after !== undefined && { after: [after] }),
  };
}

/** A run of mocha inside VS Code. */
function suite(name: string, version: Version): Step {
  const run = async () => {
    const { code, output } = await runSuite(version);
    return { ...countTests(output, code), output };
  };
  return { name, needs: ['vscode', 'build'], run };
}

/** Downloads at the same time as the steps that need no VS Code. */
async function getVscode() {
  await Promise.all([
    installServer('newest'),
    installChromium(),
    prepareHost('newest'),
    prepareHost('minimum'),
  ]);
  return { passed: 1, failed: 0, output: '' };
}
