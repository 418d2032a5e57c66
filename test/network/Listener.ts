import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Lets a server listen on a port of this machine, and closes its connections when it stops. */
export class Listener {
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();
  #port = 0;

  constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.track(socket);
    });
  }

  /** The port. It stays the same after {@link stop}. */
  get port(): number {
    return this.#port;
  }

  /** The number of open connections. */
  get connectionCount(): number {
    return this.#sockets.size;
  }

  /** Starts to listen. After {@link stop}, listens on the same port again. */
  async start(): Promise<void> {
    if (!this.#server.listening) {
      this.#server.listen(this.#port, '127.0.0.1');
      await once(this.#server, 'listening');
      this.#port = (this.#server.address() as AddressInfo).port;
    }
  }

  /** Closes all connections and stops listening. */
  async stop(): Promise<void> {
    if (this.#server.listening) {
      const closed = once(this.#server, 'close');
      this.#server.close();
      this.closeConnections();
      await closed;
    }
  }

  /** Closes all connections. The server still listens. */
  closeConnections(): void {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  /** Treats a socket like a connection to the server. Ignores its errors: they close it, and `close` reports that. */
  track(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => undefined);
  }

  /** Closes each of two sockets when the other one closes. */
  pair(one: Duplex, other: Duplex): void {
    for (const [socket, partner] of [
      [one, other],
      [other, one],
    ] as const) {
      this.track(socket);
      socket.on('close', () => partner.destroy());
    }
  }
}
