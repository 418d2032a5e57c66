import { type ChildProcess, spawn, type SpawnOptions, spawnSync } from 'node:child_process';
import { once } from 'node:events';

import { atExit } from './atExit.ts';

const windows = process.platform === 'win32';

/** How a program ended, and all that it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Starts a program that ends, with all that it starts itself, at the latest together with this process. */
export function startProcess(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): ChildProcess {
  // A group of its own on POSIX: one signal reaches the children's children too.
  const child = spawn(command, args, { ...options, detached: !windows });
  const forget = atExit(() => {
    kill(child);
  });
  child.once('exit', forget);
  return child;
}

/** Ends a program of `startProcess` and all that it started, and waits until it is gone. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  kill(child);
  await gone;
}

const longest = 300_000;

/** Runs a command of the shell to its end, which comes at the latest after five minutes. */
export async function runToEnd(command: string, options: SpawnOptions = {}): Promise<Ended> {
  const child = startProcess(command, [], { ...options, shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (chunk: Buffer) => (output += chunk.toString());
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  const limit = setTimeout(() => {
    output += `\nEnded after ${longest / 1000} s.\n`;
    kill(child);
  }, longest);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(limit);
  return { code, output };
}

/** Runs a command of the shell, and fails with its output if it does not end well. Answers its output. */
export async function runOrFail(command: string, options: SpawnOptions = {}): Promise<string> {
  const { code, output } = await runToEnd(command, options);
  if (code !== 0) throw new Error(`${command} failed (${String(code)}):\n${output}`);
  return output;
}

function kill({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  if (windows) {
    spawnSync('taskkill', ['/pid', String(pid), '/t', '/f']);
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
