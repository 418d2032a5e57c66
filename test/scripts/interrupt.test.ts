import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findProcesses } from '../host/findProcesses.ts';
import { createTemporaryFolder, killProcess } from '../host/temporaryFolder.ts';
import { ProjectCopy } from './ProjectCopy.ts';

const start = ['scripts/start.ts', '--scenario', 'empty'];
const vscodeIsRunning = {
  phase: 'VS Code of npm start is running',
  args: start,
  hasVscode: true,
  printedText: 'Press Ctrl-C',
} as const;
/** The phases in which a script is interrupted: each begins when a text is printed or a process is started. */
const phases = [
  { phase: 'npm start installs VS Code', args: start, hasVscode: false, printedText: 'Installing VS Code' },
  {
    phase: 'npm start builds the extension',
    args: start,
    hasVscode: true,
    printedText: 'Building the extension',
  },
  { phase: 'npm start starts VS Code', args: start, hasVscode: true, printedText: 'Starting VS Code' },
  vscodeIsRunning,
  {
    phase: 'npm start takes a screenshot',
    args: [...start, '--screenshot', 'out/picture.png'],
    hasVscode: true,
    startedProcess: 'extensionHost',
  },
  {
    phase: 'npm test runs the tests in the workbench',
    args: ['scripts/test.ts', '--only', 'workbench'],
    hasVscode: true,
    startedProcess: 'extensionHost',
  },
] as const;
/** Both signals have the same handler, so one phase is enough for SIGTERM. */
const interruptions = [
  ...phases.map((phase) => ({ signal: 'SIGINT' as const, ...phase })),
  { signal: 'SIGTERM' as const, ...vscodeIsRunning },
];

describe('an interrupted script', function () {
  this.timeout(120_000);

  let child: ChildProcess | undefined;
  /** In the environment or the arguments of every process that the script starts, directly or indirectly. */
  let temporaryFolder: string;

  before(function () {
    // Only Linux shows which environment a process has.
    if (process.platform !== 'linux') {
      this.skip();
    }
  });
  beforeEach(() => {
    temporaryFolder = createTemporaryFolder();
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    for (const { pid } of findProcesses(temporaryFolder)) {
      killProcess(pid);
    }
  });

  for (const { signal, phase, args, hasVscode, ...condition } of interruptions) {
    it(`leaves no process and no temporary file after ${signal} while ${phase}`, async () => {
      const { folder } = new ProjectCopy({ hasVscode });
      const { run, output } = startScript(folder, args);
      const isReached = () =>
        'printedText' in condition
          ? output().includes(condition.printedText)
          : findProcesses(temporaryFolder).some(({ command }) => command.includes(condition.startedProcess));
      await waitUntil(() => isReached() || run.exitCode !== null);
      assert.ok(isReached(), `The script exited too early:\n${output()}`);

      run.kill(signal);
      const [code] = (await once(run, 'exit')) as [number | null];
      assert.equal(code, signal === 'SIGINT' ? 130 : 143, output());
      await waitUntil(() => findProcesses(temporaryFolder).length === 0);
      assert.deepEqual(readdirSync(temporaryFolder), []);
      const cache = join(folder, '.vscode-test');
      if (!hasVscode && existsSync(cache)) {
        assert.deepEqual(readdirSync(cache), []);
      }
    });
  }

  it('deletes the files of a killed installation at the next start', async () => {
    const { folder } = new ProjectCopy({ hasVscode: false });
    // The number is the id of a process that can't exist: it is above Linux's limit.
    mkdirSync(join(folder, '.vscode-test/server-1.2.3.4194305'), { recursive: true });
    const { run, output } = startScript(folder, start);
    await waitUntil(() => output().includes('Installing VS Code') || run.exitCode !== null);
    assert.equal(existsSync(join(folder, '.vscode-test/server-1.2.3.4194305')), false, output());
    run.kill('SIGINT');
    await once(run, 'exit');
  });

  /** Starts a script with the id of the run in its environment. `output` returns what it has printed so far. */
  function startScript(folder: string, args: readonly string[]) {
    const run = spawn(process.execPath, args, {
      cwd: folder,
      env: { ...process.env, TMPDIR: temporaryFolder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = run;
    let printed = '';
    for (const stream of [run.stdout, run.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
    }
    return { run, output: () => printed };
  }
});

/** Waits until a condition holds; the test's time limit ends the wait. */
async function waitUntil(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await delay(50);
  }
}
