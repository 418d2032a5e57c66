import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { type Duplex, pipeline } from 'node:stream';
import { Listener } from './Listener.ts';

/**
 * A forward proxy as used by companies: accepts requests with an absolute URL for http, and CONNECT for https. Only the
 * proxy can resolve the names of the servers behind it, so a request that reaches such a server went through the proxy.
 */
export class ForwardProxy {
  /** All requests, oldest first: `CONNECT sequin.internal:443`, `GET http://sequin.internal/api/sinks`. */
  readonly requests: string[] = [];
  /** By host, which is a name with a port. */
  readonly #ports = new Map<string, number>();
  readonly #server = createServer((incoming, response) => {
    this.#forward(incoming, response);
  });
  readonly #listener = new Listener(this.#server);
  #forcedStatus: number | undefined;

  private constructor() {
    this.#server.on('connect', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#tunnel(incoming, socket, head);
    });
  }

  /** Starts a proxy without routes, on a free port. */
  static async start(): Promise<ForwardProxy> {
    const proxy = new ForwardProxy();
    await proxy.restart();
    return proxy;
  }

  /** The value for VS Code's setting `http.proxy`. */
  get url(): string {
    return `http://127.0.0.1:${this.#listener.port}`;
  }

  /** Routes `host`, a name with a port, to a port of this machine. */
  route(host: string, port: number): void {
    this.#ports.set(host, port);
  }

  /**
   * Responds to all requests with a status instead of forwarding them, and closes all connections. Undefined forwards
   * requests again.
   */
  respondWith(status: number | undefined): void {
    this.#forcedStatus = status;
    if (status !== undefined) {
      this.#listener.closeConnections();
    }
  }

  /** Closes all connections and stops listening. */
  async stop(): Promise<void> {
    await this.#listener.stop();
  }

  /** Listens on the same port as before. */
  async restart(): Promise<void> {
    await this.#listener.start();
  }

  #forward(incoming: IncomingMessage, response: ServerResponse): void {
    const { method = 'GET', url = '', headers } = incoming;
    this.requests.push(`${method} ${url}`);
    const target = URL.parse(url);
    const port = this.#getPort(target?.host ?? '');
    if (port === undefined) {
      response.writeHead(this.#errorStatus).end();
      return;
    }
    const path = `${target?.pathname ?? '/'}${target?.search ?? ''}`;
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers }, (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      // If the server stops in the middle of its response, the client's connection closes, too.
      pipeline(reply, response, () => undefined);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  }

  #tunnel(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { url = '' } = incoming;
    this.requests.push(`CONNECT ${url}`);
    const port = this.#getPort(url);
    if (port === undefined) {
      socket.end(`HTTP/1.1 ${this.#errorStatus} No Route\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    const serverSocket = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      serverSocket.write(head);
      socket.pipe(serverSocket).pipe(socket);
    });
    this.#listener.pair(socket, serverSocket);
  }

  /** Returns the port that a host is routed to; undefined if the proxy must respond with an error instead. */
  #getPort(host: string): number | undefined {
    return this.#forcedStatus === undefined ? this.#ports.get(host) : undefined;
  }

  get #errorStatus(): number {
    return this.#forcedStatus ?? 502;
  }
}
