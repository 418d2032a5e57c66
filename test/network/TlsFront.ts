import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer, type Server, type TlsOptions } from 'node:tls';

/** What a server of plain HTTP has before it to be reached by https: takes TLS off, and passes the rest on. */
export class TlsFront {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  private constructor(server: Server, sockets: Set<Socket>) {
    this.#server = server;
    this.#sockets = sockets;
    this.port = (server.address() as AddressInfo).port;
  }

  /** Starts one before the server at `url`. */
  static async start(url: string, options: TlsOptions): Promise<TlsFront> {
    const { hostname, port } = new URL(url);
    const sockets = new Set<Socket>();
    const server = createServer(options, (front) => {
      const back = connect(Number(port), hostname);
      for (const socket of [front, back]) {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
        // One side that breaks off ends the other.
        socket.on('error', () => undefined);
      }
      front.on('close', () => back.destroy());
      back.on('close', () => front.destroy());
      front.pipe(back).pipe(front);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TlsFront(server, sockets);
  }

  /** Its address, by a host name that leads to this machine. */
  url(host = 'localhost'): string {
    return `https://${host}:${this.port}`;
  }

  /** Closes it and all connections. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
