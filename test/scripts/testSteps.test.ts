import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { install } from '@sinonjs/fake-timers';
import {
  createCheck,
  createTestRun,
  runSteps,
  selectSteps,
  type Step,
  toTable,
} from '../../scripts/testSteps.ts';
import { runCommand } from '../host/processes.ts';
import { createTemporaryFolder } from '../host/temporaryFolder.ts';

const ignore = () => undefined;
const succeed = (name: string, options: Partial<Step> = {}): Step => ({
  name,
  run: () => Promise.resolve({ passed: 1, skipped: 0, failures: [], log: '' }),
  ...options,
});

describe('a step of npm test', () => {
  /** Creates a command that runs a Node.js script. */
  function createCommand(source: string): string {
    const path = join(createTemporaryFolder(), 'script.cjs');
    writeFileSync(path, source);
    return `"${process.execPath}" "${path}"`;
  }
  const printEvents = `
    for (const title of ['one', 'two']) console.log(JSON.stringify(['pass', { fullTitle: title, duration: 1 }]));
  `;

  it('counts the tests that passed before its command was killed', async () => {
    const step = createTestRun(
      'tests',
      createCommand(`${printEvents} process.kill(process.pid, 'SIGKILL');`),
    );
    const [result] = await runSteps([step], 1, ignore);
    assert.equal(result?.passed, 2);
    assert.equal(result.failures.length, 1);
  });

  it('reports each failed test with its title and stack', async () => {
    const failure = `console.log(JSON.stringify(['fail', { fullTitle: 'three', stack: 'Error: 3' }])); process.exit(1);`;
    const [result] = await runSteps(
      [createTestRun('tests', createCommand(printEvents + failure))],
      1,
      ignore,
    );
    assert.deepEqual(result?.failures, [{ title: 'three', details: 'Error: 3' }]);
    assert.match(result.log, /✓ one \(1 ms\)\n✓ two \(1 ms\)\n✗ three\nError: 3/);
  });

  it('lists a test that failed at first and passed when it ran again', async () => {
    const retry = `console.log(JSON.stringify(['retry', { fullTitle: 'one', stack: 'Error: 1' }]));`;
    const [result] = await runSteps([createTestRun('tests', createCommand(retry + printEvents))], 1, ignore);
    assert.deepEqual([result?.passed, result?.failures, result?.retried], [2, [], ['one']]);
    assert.match(result?.log ?? '', /^↻ one\nError: 1\n✓ one/);
  });

  it('logs all output that isn’t an event, even if it looks like JSON', async () => {
    const print = `console.log('["pass"]'); console.log('["pass",{broken}]');`;
    const [result] = await runSteps([createTestRun('tests', createCommand(print))], 1, ignore);
    assert.deepEqual([result?.passed, result?.log], [0, '["pass"]\n["pass",{broken}]\n']);
  });

  it('fails, and shows its last output, if it exits with an error but reported no failed test', async () => {
    const step = createTestRun('tests', createCommand(`console.error('no such file'); process.exit(7);`));
    const [result] = await runSteps([step], 1, ignore);
    assert.match(result?.failures[0]?.title ?? '', /exited with code 7$/);
    assert.match(result?.failures[0]?.details ?? '', /no such file/);
  });

  it('is stopped if it prints nothing for 120 s, and keeps its earlier output', async () => {
    const clock = install({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const printed = Promise.withResolvers<string>();
      const run = runCommand(createCommand(`console.log('hello'); setInterval(() => {}, 1e6);`), {
        onLine: printed.resolve,
        silenceLimitMs: 120_000,
      });
      assert.equal(await printed.promise, 'hello');
      clock.tick(120_000);
      const { code, output } = await run;
      assert.notEqual(code, 0);
      assert.match(output, /^hello\n\nStopped: no output for 120 s\.\n$/);
    } finally {
      clock.uninstall();
    }
  });

  it('doesn’t run if a step that it needs failed', async () => {
    const results = await runSteps(
      [createCheck('build', 'exit 1'), succeed('tests', { needs: ['build'] })],
      2,
      ignore,
    );
    assert.deepEqual(
      results.map(({ passed, failures }) => [passed, failures[0]?.title]),
      [
        [0, 'exit 1'],
        [0, 'Not run, because build failed'],
      ],
    );
  });

  it('starts only after the steps that must finish before it', async () => {
    const order: string[] = [];
    const record = (name: string, options: Partial<Step> = {}): Step =>
      succeed(name, {
        run: () => {
          order.push(`${name} starts`);
          return new Promise((resolve) =>
            setImmediate(() => {
              order.push(`${name} ends`);
              resolve({ passed: 1, skipped: 0, failures: [], log: '' });
            }),
          );
        },
        ...options,
      });
    await runSteps([record('first'), record('second', { after: ['first'] })], 2, ignore);
    assert.deepEqual(order, ['first starts', 'first ends', 'second starts', 'second ends']);
  });
});

describe('npm test -- --only', () => {
  const steps = [succeed('build'), succeed('unit'), succeed('workbench', { needs: ['build'] })];
  const names = (prefixes: string[]) => selectSteps(steps, prefixes).map(({ name }) => name);

  it('runs the steps whose names begin with the given words, and the steps that they need', () => {
    assert.deepEqual(names(['work']), ['build', 'workbench']);
    assert.deepEqual(names(['unit', 'build']), ['build', 'unit']);
    assert.deepEqual(names(['']), ['build', 'unit', 'workbench']);
  });

  it('rejects a word that no step begins with, and lists the steps', () => {
    assert.throws(() => names(['unit', 'nope']), {
      message: 'No step is called "nope". The steps are: build, unit, workbench.',
    });
  });
});

describe('the table of npm test', () => {
  it('ends with the totals, including skipped tests', async () => {
    const skipped = succeed('two', {
      run: () => Promise.resolve({ passed: 3, skipped: 2, failures: [], log: '' }),
    });
    const table = toTable(await runSteps([succeed('one'), skipped], 1, ignore));
    assert.match(
      table,
      /✓ one +\d+\.\d s +1 passed\n✓ two +\d+\.\d s +3 passed +2 skipped\n\n4 passed, 0 failed, 2 skipped$/,
    );
  });
});
