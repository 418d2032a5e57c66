import * as l10n from '@vscode/l10n';
import type { Connection, SignInState } from '../model/Connection.ts';
import type { SampleServer } from '../sampleServer/SampleServer.ts';
import { DisposableBase } from '../shared/lifecycle.ts';

/** The connection to the sample server. Both exist only in this window, from `start` to `stop`; nothing is stored. */
export class SampleConnection extends DisposableBase {
  #running: { readonly server: SampleServer; readonly connection: Connection } | undefined;

  /** The connection; undefined unless the server is running. */
  get connection(): Connection | undefined {
    return this.#running?.connection;
  }

  /** The sign-in state of the connection; undefined unless the server is running. */
  get state(): SignInState | undefined {
    return this.connection && { kind: 'signedIn', connection: this.connection, tokenVersion: 1 };
  }

  /** Returns the token if `id` is the id of this connection; otherwise undefined. */
  getToken(id: string): string | undefined {
    return this.#running?.connection.id === id ? this.#running.server.token : undefined;
  }

  /**
   * Starts the server, unless it is running.
   * @throws Error if the server can't listen
   */
  async start(): Promise<void> {
    if (this.#isRunning()) {
      return;
    }
    const { SampleServer } = await import('../sampleServer/SampleServer.ts');
    const server = await SampleServer.start();
    // Another call may have started a server in the meantime.
    if (this.isDisposed || this.#isRunning()) {
      server.stop();
      return;
    }
    const connection: Connection = {
      id: crypto.randomUUID(),
      name: l10n.t('Sample Data'),
      address: server.address,
      production: false,
      isSample: true,
    };
    this.#running = { server, connection };
  }

  /**
   * If `id` is the id of this connection, stops the server, removes the connection and returns true; otherwise returns
   * false.
   */
  stop(id: string): boolean {
    if (this.#running?.connection.id !== id) {
      return false;
    }
    this.#running.server.stop();
    this.#running = undefined;
    return true;
  }

  #isRunning(): boolean {
    return this.#running !== undefined;
  }

  override dispose(): void {
    super.dispose();
    this.#running?.server.stop();
  }
}
