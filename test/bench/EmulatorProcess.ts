import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Moves so many running backfills by a share of their rows, or keeps the server from answering. */
export type Order = { readonly move: number; readonly step: number } | { readonly hang: boolean };

/**
 * An emulator of 1,000 sinks with 200 running backfills in a process of its own. It answers at once, and
 * its backfills move when they are told to.
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

  /** Starts it, and waits until it listens. */
  static async start(): Promise<EmulatorProcess> {
    const child = fork(new URL(import.meta.resolve('./emulatorChild.ts')));
    const [address] = (await once(child, 'message')) as [{ url: string; token: string }];
    return new EmulatorProcess(child, address);
  }

  /** Has an order carried out. */
  async tell(order: Order): Promise<void> {
    this.#child.send(order);
    await once(this.#child, 'message');
  }

  /** Ends it. */
  stop(): void {
    this.#child.disconnect();
  }
}
