import * as l10n from '@vscode/l10n';
import type { Connection, SignInState } from '../model/Connection.ts';
import type { SampleServer } from '../sampleServer/SampleServer.ts';
import type { Disposable } from '../shared/lifecycle.ts';

/** The connection to the sample server. Both exist only in this window, from `start` to `stop`; nothing is stored. */
export class SampleConnection implements Disposable {
  #running: { readonly server: SampleServer; readonly connection: Connection } | undefined;

  /** The sign-in state of the connection; undefined unless the server is running. */
  get state(): SignInState | undefined {
    return this.#running && { kind: 'signedIn', connection: this.#running.connection, tokenVersion: 1 };
  }

  /** Returns the token of the connection; undefined if the id is that of another one. */
  getToken(id: string): string | undefined {
    return this.#running?.connection.id === id ? this.#running.server.token : undefined;
  }

  /**
   * Starts the server, unless it is running.
   * @throws Error when it can't listen
   */
  async start(): Promise<void> {
    const { SampleServer } = await import('../sampleServer/SampleServer.ts');
    const server = await SampleServer.start();
    if (this.#running !== undefined) {
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

  /** Stops the server and removes the connection, if it has the id. Returns whether it had. */
  stop(id: string): boolean {
    if (this.#running?.connection.id !== id) {
      return false;
    }
    this.dispose();
    this.#running = undefined;
    return true;
  }

  dispose(): void {
    this.#running?.server.stop();
  }
}
