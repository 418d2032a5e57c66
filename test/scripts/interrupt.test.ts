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
  phase: 'npm start is running VS Code',
  args: start,
  hasVscode: true,
  printedText: 'Press Ctrl-C',
} as const;
/**
 * The phases in which a script is interrupted. Each begins when the script has printed `printedText`, or when a process
 * whose command line includes `startedProcess` is running.
 */
const phases = [
  {
    phase: 'npm start is installing VS Code',
    args: start,
    hasVscode: false,
    printedText: 'Installing VS Code',
  },
  {
    phase: 'npm start is building the extension',
    args: start,
    hasVscode: true,
    printedText: 'Building the extension',
  },
  { phase: 'npm start is starting VS Code', args: start, hasVscode: true, printedText: 'Starting VS Code' },
  vscodeIsRunning,
  {
    phase: 'npm start is taking a screenshot',
    args: [...start, '--screenshot', 'out/picture.png'],
    hasVscode: true,
    startedProcess: 'extensionHost',
  },
  {
    phase: 'npm test is running the workbench tests',
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
  /**
   * The script's folder for temporary files. Every process that the script starts, directly or indirectly, has the path
   * of the folder in its environment or its arguments.
   */
  let temporaryFolder: string;

  before(function () {
    // The tests find processes by their environment, which can be read only on Linux.
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
    it(`leaves no processes or temporary files behind after ${signal} while ${phase}`, async () => {
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

  it('deletes its incomplete installation at the next start, even after SIGKILL', async () => {
    const { folder } = new ProjectCopy({ hasVscode: false });
    // The last number is a process ID above Linux's limit, so no such process exists.
    mkdirSync(join(folder, '.vscode-test/server-1.2.3.4194305'), { recursive: true });
    const { run, output } = startScript(folder, start);
    await waitUntil(() => output().includes('Installing VS Code') || run.exitCode !== null);
    assert.equal(existsSync(join(folder, '.vscode-test/server-1.2.3.4194305')), false, output());
    run.kill('SIGINT');
    await once(run, 'exit');
  });

  /** Starts a script that uses `temporaryFolder`. `output` returns what the script has printed so far. */
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

/** Waits until a condition holds. The timeout of the test limits the wait. */
async function waitUntil(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await delay(50);
  }
}
