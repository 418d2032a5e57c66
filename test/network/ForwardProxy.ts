import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * The proxy of a company: takes requests with a whole address for http, and CONNECT for https. It alone knows
 * the names of the servers behind it, so that what reaches one of them has come through it.
 */
export class ForwardProxy {
  /** What came in so far, oldest first: `CONNECT sequin.internal:443`, `GET http://sequin.internal/api/sinks`. */
  readonly asked: string[] = [];
  readonly #ports = new Map<string, number>();
  readonly #sockets = new Set<Duplex>();
  readonly #server = createServer((incoming, answer) => {
    this.#forward(incoming, answer);
  });
  #refusal: number | undefined;
  #port = 0;

  private constructor() {
    this.#server.on('connection', (socket: Socket) => {
      this.#keep(socket);
    });
    this.#server.on('connect', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#tunnel(incoming, socket, head);
    });
  }

  /** Starts one that knows nobody yet. */
  static async start(): Promise<ForwardProxy> {
    const proxy = new ForwardProxy();
    await proxy.restart();
    return proxy;
  }

  /** What VS Code's setting `http.proxy` wants. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Has `host`, a name with a port, lead to a port of this machine. */
  lead(host: string, port: number): void {
    this.#ports.set(host, port);
  }

  /** Answers with a status in place of the servers, as where the way to them is down; undefined: no longer. */
  refuse(status: number | undefined): void {
    this.#refusal = status;
    if (status !== undefined) this.#drop();
  }

  /** Closes all connections and takes no more. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#drop();
    await closed;
  }

  /** Listens again, where it did before. */
  async restart(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #forward(incoming: IncomingMessage, answer: ServerResponse): void {
    const { method = 'GET', url = '', headers } = incoming;
    this.asked.push(`${method} ${url}`);
    const target = URL.parse(url);
    const port = this.#portOf(target?.host ?? '');
    if (typeof port === 'string') {
      answer.writeHead(Number(port)).end();
      return;
    }
    const path = `${target?.pathname ?? '/'}${target?.search ?? ''}`;
    const onward = request({ host: '127.0.0.1', port, method, path, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    incoming.pipe(onward);
  }

  #tunnel(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { url = '' } = incoming;
    this.asked.push(`CONNECT ${url}`);
    const port = this.#portOf(url);
    if (typeof port === 'string') {
      socket.end(`HTTP/1.1 ${port} No way\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    this.#keep(onward);
    onward.on('close', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  }

  /** The port of this machine that stands for a host, or the status that says that there is no way to it. */
  #portOf(host: string): number | string {
    return this.#refusal === undefined ? (this.#ports.get(host) ?? '502') : String(this.#refusal);
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // A side that breaks off closes the other.
    socket.on('error', () => undefined);
  }

  #drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
