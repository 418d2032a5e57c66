import { once } from 'node:events';
import { request as sendRequest } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Listener } from '../network/Listener.ts';
import { type Fault, type OriginResponse, toBytes } from './Fault.ts';

/** Limits which requests a fault affects; by default, it affects all. A fault of the stage `port` ignores the scope. */
interface Scope {
  /** After this number of affected connections or requests, the fault ends. Default: no limit. */
  readonly times?: number;
  /** Matches the paths of the affected requests. Ignored by the stage `connection`, since there is no request yet. */
  readonly path?: RegExp;
}

interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The headers that frame a body. The proxy doesn't forward them, because every sender sets its own. */
const framingHeaders = ['connection', 'keep-alive', 'transfer-encoding', 'content-length'];

/**
 * A reverse proxy that forwards requests and responses until a fault is set. It requests uncompressed responses from
 * the server, and forwards each response with a Content-Length. It reads and writes the bytes of its connections
 * itself, so a response can be anything, even something other than HTTP.
 */
export class FaultProxy {
  /** Called after each injection of a fault into a connection or request. */
  onInject: ((fault: Fault) => void) | undefined;
  readonly #target: URL;
  readonly #server = createServer((socket) => {
    this.#connect(socket);
  });
  readonly #listener = new Listener(this.#server);
  readonly #requests: string[] = [];
  #fault: Fault | undefined;
  #scope: Scope = {};
  /** How many more connections or requests the fault affects. */
  #remaining = 0;
  #isStopped = false;

  private constructor(target: string) {
    this.#target = new URL(target);
  }

  /** Starts a proxy in front of the server at `target`, on a free port. */
  static async start(target: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await proxy.#listener.start();
    return proxy;
  }

  /** The base URL for a client. */
  get url(): string {
    return `http://127.0.0.1:${this.#listener.port}`;
  }

  /** Every received request as `GET /path`, including those not forwarded to the server. */
  get requests(): readonly string[] {
    return this.#requests;
  }

  /** The number of open connections. */
  get openConnections(): number {
    return this.#listener.connectionCount;
  }

  /** Returns the fault that affects the next request if the request has this path. */
  getFault(path: string): Fault | undefined {
    return this.#remaining > 0 && this.#scope.path?.test(path) !== false ? this.#fault : undefined;
  }

  /** Replaces the active fault; undefined ends it. Closes all connections if the new fault affects only new ones. */
  async setFault(fault: Fault | undefined, scope: Scope = {}): Promise<void> {
    this.#fault = fault;
    this.#scope = scope;
    this.#remaining = scope.times ?? Infinity;
    if (fault?.stage === 'port' || fault?.stage === 'connection') {
      this.#listener.closeConnections();
    }
    if (fault?.stage === 'port') {
      await this.#listener.stop();
    } else if (!this.#isStopped) {
      await this.#listener.start();
    }
  }

  /** Closes all connections and refuses new ones permanently. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#listener.stop();
  }

  #connect(socket: Socket): void {
    socket.setNoDelay(true);
    if (this.#fault?.stage === 'connection' && this.#remaining > 0) {
      this.#remaining -= 1;
      this.#fault.inject(socket);
      this.onInject?.(this.#fault);
      return;
    }
    let received = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const request = parseRequest(received);
      if (request !== undefined) {
        // A client sends its next request only after the response.
        received = Buffer.alloc(0);
        this.#requests.push(`${request.method} ${request.path}`);
        void this.#respond(socket, request);
      }
    });
  }

  async #respond(socket: Socket, request: ReceivedRequest): Promise<void> {
    const fault = this.getFault(request.path);
    if (fault !== undefined) {
      this.#remaining -= 1;
    }
    if (fault?.stage === 'request') {
      fault.inject(socket);
      this.onInject?.(fault);
      return;
    }
    const response = await this.#forward(request).catch(() => undefined);
    if (response === undefined) {
      // The server is unreachable, so the proxy closes the connection.
      socket.destroy();
    } else if (fault?.stage === 'response') {
      fault.inject(socket, response);
      this.onInject?.(fault);
    } else {
      socket.write(toBytes(response));
    }
  }

  async #forward({ method, path, headers: received, body }: ReceivedRequest): Promise<OriginResponse> {
    const outgoing = sendRequest(new URL(path, this.#target), {
      method,
      agent: false,
      headers: { ...received, 'accept-encoding': 'identity' },
    });
    outgoing.end(body);
    const [response] = (await once(outgoing, 'response')) as Parameters<
      NonNullable<Parameters<typeof sendRequest>[2]>
    >;
    const headers = Object.entries(response.headers).filter(([name]) => !framingHeaders.includes(name));
    return {
      status: response.statusCode ?? 0,
      headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
      body: await buffer(response),
    };
  }
}

/** Parses a request from the bytes received so far; undefined while it is incomplete. */
function parseRequest(bytes: Buffer): ReceivedRequest | undefined {
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
