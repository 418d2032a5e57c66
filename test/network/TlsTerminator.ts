import { connect } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { Listener } from './Listener.ts';

/** Makes an HTTP server reachable over https: terminates TLS and forwards the decrypted bytes. */
export class TlsTerminator {
  readonly #listener: Listener;

  private constructor(url: string, options: TlsOptions) {
    const { hostname, port } = new URL(url);
    const server = createServer(options, (socket) => {
      const target = connect(Number(port), hostname);
      this.#listener.pair(socket, target);
      socket.pipe(target).pipe(socket);
    });
    this.#listener = new Listener(server);
  }

  /** Starts a terminator in front of the server at `url`, on a free port. */
  static async start(url: string, options: TlsOptions): Promise<TlsTerminator> {
    const terminator = new TlsTerminator(url, options);
    await terminator.#listener.start();
    return terminator;
  }

  /** The port to connect to. */
  get port(): number {
    return this.#listener.port;
  }

  /** Returns the URL of the terminator. `host` must resolve to this machine. */
  getUrl(host = 'localhost'): string {
    return `https://${host}:${this.port}`;
  }

  /** Closes all connections and stops listening. */
  async stop(): Promise<void> {
    await this.#listener.stop();
  }
}
