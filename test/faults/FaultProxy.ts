import { once } from 'node:events';
import { request as ask } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { bytesOf, type Fault, type ServerAnswer } from './Fault.ts';

/** Which requests a fault meets; all unless told. Nothing is known of the requests of a refused connection. */
interface Scope {
  /** How many connections or requests it meets before it is gone. */
  readonly times?: number;
  /** Which requests it meets, by their path. */
  readonly path?: RegExp;
}

interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Headers that say how a body is framed, which is for whoever sends it on to say. */
const framing = ['connection', 'keep-alive', 'transfer-encoding', 'content-length'];

/**
 * Stands between a client and a server, and hands on what both say until a fault is set. Reads and writes the
 * bytes of the connection itself, so that an answer can be anything, also no HTTP at all.
 */
export class FaultProxy {
  /** Called after each time that a fault has met a connection or a request. */
  onStrike: ((fault: Fault) => void) | undefined;
  readonly #target: URL;
  readonly #server = createServer((socket) => {
    this.#connect(socket);
  });
  readonly #sockets = new Set<Socket>();
  readonly #requests: string[] = [];
  #fault: Fault | undefined;
  #scope: Scope = {};
  #left = 0;
  #stopped = false;
  #port = 0;

  private constructor(target: string) {
    this.#target = new URL(target);
  }

  /** Stands before the server at `target`, on a free port. */
  static async start(target: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await proxy.#listen();
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Every request that came in, as `GET /path`, also those that the server never heard of. */
  get requests(): readonly string[] {
    return this.#requests;
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** What goes wrong with the next request if it is for that path. */
  faultFor(path: string): Fault | undefined {
    return this.#left > 0 && this.#scope.path?.test(path) !== false ? this.#fault : undefined;
  }

  /** What goes wrong from now on; undefined: nothing. Idle connections are closed where the fault needs new ones. */
  async setFault(fault: Fault | undefined, scope: Scope = {}): Promise<void> {
    this.#fault = fault;
    this.#scope = scope;
    this.#left = scope.times ?? Infinity;
    if (fault?.at === 'port' || fault?.at === 'connection') {
      this.#closeConnections();
    }
    if (fault?.at === 'port') {
      await this.#refuse();
    } else if (!this.#server.listening && !this.#stopped) {
      await this.#listen();
    }
  }

  /** Closes all connections, and refuses new ones for good. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#closeConnections();
    await this.#refuse();
  }

  async #listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async #refuse(): Promise<void> {
    if (this.#server.listening) {
      const closed = once(this.#server, 'close');
      this.#server.close();
      await closed;
    }
  }

  #closeConnections(): void {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  #connect(socket: Socket): void {
    this.#sockets.add(socket);
    // That a client goes away in the middle of a fault is what some faults are for.
    socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
    socket.setNoDelay(true);
    if (this.#fault?.at === 'connection' && this.#left > 0) {
      this.#left -= 1;
      this.#fault.strike(socket);
      this.onStrike?.(this.#fault);
      return;
    }
    let received = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const request = readRequest(received);
      if (request !== undefined) {
        // A client sends its next request once it has the answer.
        received = Buffer.alloc(0);
        this.#requests.push(`${request.method} ${request.path}`);
        void this.#answer(socket, request);
      }
    });
  }

  async #answer(socket: Socket, request: ReceivedRequest): Promise<void> {
    const fault = this.faultFor(request.path);
    if (fault !== undefined) {
      this.#left -= 1;
    }
    if (fault?.at === 'request') {
      fault.strike(socket);
      this.onStrike?.(fault);
      return;
    }
    const answer = await this.#forward(request).catch(() => undefined);
    if (answer === undefined) {
      // The server is gone, and so is this proxy for its clients.
      socket.destroy();
    } else if (fault?.at === 'answer') {
      fault.strike(socket, answer);
      this.onStrike?.(fault);
    } else {
      socket.write(bytesOf(answer));
    }
  }

  async #forward({ method, path, headers: received, body }: ReceivedRequest): Promise<ServerAnswer> {
    const asking = ask(new URL(path, this.#target), {
      method,
      agent: false,
      headers: { ...received, 'accept-encoding': 'identity' },
    });
    asking.end(body);
    const [response] = (await once(asking, 'response')) as Parameters<NonNullable<Parameters<typeof ask>[2]>>;
    const headers = Object.entries(response.headers).filter(([name]) => !framing.includes(name));
    return {
      status: response.statusCode ?? 0,
      headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
      body: await buffer(response),
    };
  }
}

/** The request in the bytes that came so far; undefined while it is not whole. */
function readRequest(bytes: Buffer): ReceivedRequest | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) {
    return undefined;
  }
  const [requestLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const [method = '', path = ''] = requestLine.split(' ');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const body = bytes.subarray(headEnd + 4);
  return body.length < Number(headers['content-length'] ?? 0) ? undefined : { method, path, headers, body };
}
