import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/**
 * A command to advance the first `count` running backfills by the share `step` of their rows, to stop responding
 * (`hang: true`), or to respond again (`hang: false`).
 */
export type EmulatorCommand = { readonly count: number; readonly step: number } | { readonly hang: boolean };

/**
 * An emulator with 1,000 sinks and 200 running backfills, in a separate process. It responds without delay, and its
 * backfills progress only on command.
 */
export class EmulatorProcess {
  readonly url: string;
  readonly token: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, { url, token }: { url: string; token: string }) {
    this.#child = child;
    this.url = url;
    this.token = token;
  }

  /** Starts the process and waits until the emulator listens. */
  static async start(): Promise<EmulatorProcess> {
    const child = fork(new URL(import.meta.resolve('./emulatorChild.ts')));
    // Without this error, the benchmark would wait forever for a message.
    child.once('exit', (code) => {
      if (code !== 0) {
        throw new Error(`The emulator exited with code ${String(code)}`);
      }
    });
    const [address] = (await once(child, 'message')) as [{ url: string; token: string }];
    return new EmulatorProcess(child, address);
  }

  /** Sends a command and waits until the emulator has run it. */
  async send(command: EmulatorCommand): Promise<void> {
    this.#child.send(command);
    await once(this.#child, 'message');
  }

  /** Stops the process. */
  stop(): void {
    this.#child.disconnect();
  }
}
