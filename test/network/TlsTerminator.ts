import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer, type Server, type TlsOptions } from 'node:tls';

/** Makes an HTTP server reachable over https: terminates TLS and forwards the decrypted bytes. */
export class TlsTerminator {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  private constructor(server: Server, sockets: Set<Socket>) {
    this.#server = server;
    this.#sockets = sockets;
    this.port = (server.address() as AddressInfo).port;
  }

  /** Starts a terminator in front of the server at `url`, on a free port. */
  static async start(url: string, options: TlsOptions): Promise<TlsTerminator> {
    const { hostname, port } = new URL(url);
    const sockets = new Set<Socket>();
    const server = createServer(options, (clientSocket) => {
      const serverSocket = connect(Number(port), hostname);
      for (const socket of [clientSocket, serverSocket]) {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
        // An error on one side closes the other side, in the listeners of `close`.
        socket.on('error', () => undefined);
      }
      clientSocket.on('close', () => serverSocket.destroy());
      serverSocket.on('close', () => clientSocket.destroy());
      clientSocket.pipe(serverSocket).pipe(clientSocket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TlsTerminator(server, sockets);
  }

  /** Returns the URL of the terminator. `host` must resolve to this machine. */
  getUrl(host = 'localhost'): string {
    return `https://${host}:${this.port}`;
  }

  /** Closes all connections and stops listening. */
  async stop(): Promise<void> {
    if (!this.#server.listening) {
      return;
    }
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await closed;
  }
}
