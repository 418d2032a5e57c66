import { type ChildProcess, spawn, type SpawnOptions, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isInterrupted, onExit, onSignal } from './cleanup.ts';
import { projectDir } from './paths.ts';

const isWindows = process.platform === 'win32';

/** The time in ms after SIGTERM until a program that hasn't exited is killed. */
const graceMs = 5_000;

/** The exit code and the output of a command. */
export interface CommandResult {
  readonly code: number | null;
  readonly output: string;
}

/** Options of `runCommand`. */
export interface CommandOptions extends SpawnOptions {
  /** Receives each line as it is printed. */
  readonly onLine?: (line: string) => void;
  /** The time in ms without output after which the command is stopped. */
  readonly silenceLimitMs?: number;
}

/**
 * Starts a program that is stopped, together with its descendants, when this process exits.
 * @throws Error if this process has already received a signal to exit
 */
export function startProcess(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): ChildProcess {
  if (isInterrupted()) {
    throw new Error('Interrupted');
  }
  // On POSIX, the program gets its own process group, so that a signal reaches its descendants too.
  const child = spawn(command, args, { ...options, detached: !isWindows });
  const unregister = [
    onSignal(() => stopProcess(child)),
    onExit(() => {
      signalGroup(child, 'SIGKILL');
    }),
  ];
  child.once('exit', () => {
    for (const dispose of unregister) {
      dispose();
    }
    // A program that exits may leave descendants running.
    signalGroup(child, 'SIGKILL');
  });
  return child;
}

/** Stops a program started by `startProcess`, and its descendants. Kills them if the program takes longer than 5 s. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const exited = once(child, 'exit');
  signalGroup(child, 'SIGTERM');
  if ((await Promise.race([exited, delay(graceMs, undefined, { ref: false })])) === undefined) {
    signalGroup(child, 'SIGKILL');
    await exited;
  }
}

/** Runs a shell command and waits until it exits. Its `PATH` includes the project's command-line tools. */
export async function runCommand(
  command: string,
  { onLine, silenceLimitMs, ...options }: CommandOptions = {},
): Promise<CommandResult> {
  const child = startProcess(command, [], {
    cwd: projectDir,
    ...options,
    env: withProjectTools(options.env ?? process.env),
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let unfinishedLine = '';
  const addOutput = (text: string) => {
    output += text;
    const lines = (unfinishedLine + text).split('\n');
    unfinishedLine = lines.pop() ?? '';
    for (const line of lines) {
      onLine?.(line);
    }
  };
  const silence =
    silenceLimitMs === undefined
      ? undefined
      : setTimeout(() => {
          addOutput(`\nStopped: no output for ${silenceLimitMs / 1_000} s.\n`);
          void stopProcess(child);
        }, silenceLimitMs);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      silence?.refresh();
      addOutput(text);
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(silence);
  if (unfinishedLine !== '') {
    onLine?.(unfinishedLine);
  }
  return { code, output };
}

/**
 * Runs a shell command and returns its output.
 * @throws Error with the command's output if the exit code isn't 0
 */
export async function runOrFail(command: string, options: CommandOptions = {}): Promise<string> {
  const { code, output } = await runCommand(command, options);
  if (code !== 0) {
    throw new Error(`${command} failed (${String(code)}):\n${output}`);
  }
  return output;
}

function withProjectTools(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  // Windows spells the name of this variable "Path".
  const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  return { ...env, [name]: [join(projectDir, 'node_modules/.bin'), env[name]].join(delimiter) };
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) {
    return;
  }
  if (isWindows) {
    spawnSync('taskkill', ['/pid', String(pid), '/t', '/f']);
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // All processes of the group have exited (ESRCH), or are exiting (EPERM on macOS).
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      throw error;
    }
  }
}
