import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { constants, deflateSync, gzipSync } from 'node:zlib';
import { type Answer, html, json } from './answers.ts';
import { type Fault, FaultState } from './fault.ts';
import { readRequest } from './request.ts';
import { answer } from './routes.ts';
import { buildScenario, type Scenario } from './scenarios.ts';
import { type Clock, World } from './World.ts';

export type { Fault } from './fault.ts';

export interface EmulatorOptions {
  /** What the world holds at first; `demo` unless told. */
  scenario?: Scenario;
  /** Any free port unless told. */
  port?: number;
  host?: string;
  token?: string;
  /** Ids, counts and rhythms follow from it: the same seed gives the same world. */
  seed?: number;
  /** How many times as fast as the recorded ones backfills run. */
  speed?: number;
  /** Whether answers take as long as a real server's; true unless told. */
  latency?: boolean;
  /**
   * What `/info/version` says, 0.14.6 unless told; null: it is not there. What an older version lacks in its
   * answers and refuses is so here too, but for the world itself: a scenario may hold what is newer.
   */
  version?: string | null;
  /** A prefix of all paths, as a reverse proxy may want one: `/sequin`. */
  basePath?: string;
  clock?: Clock;
}

/** A request that came in, and the status that it was answered with, once it was. */
export interface ReceivedRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  status?: number;
}

/** Bandit, Sequin's HTTP server, refuses longer request lines. */
const LONGEST_URL = 10_000;

/** A Sequin server: the routes of its Management API that concern sinks and backfills, its state in memory. */
export class Emulator {
  readonly token: string;
  readonly world: World;
  readonly #options: EmulatorOptions;
  readonly #server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    this.#serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  readonly #requests: ReceivedRequest[] = [];
  readonly #fault = new FaultState();
  #port: number;

  private constructor(options: EmulatorOptions) {
    const { token = 'emulator-token', seed = 1, speed = 1, clock = Date, port = 0 } = options;
    this.#options = options;
    this.#port = port;
    this.token = token;
    this.world = new World({ seed, speed, clock });
    buildScenario(this.world, options.scenario ?? 'demo');
  }

  /** Starts a server. Rejects if it cannot listen, as when the port is taken. */
  static async start(options: EmulatorOptions = {}): Promise<Emulator> {
    const emulator = new Emulator(options);
    await emulator.restart();
    return emulator;
  }

  get url(): string {
    return `http://${this.#host}:${this.#port}${this.#basePath}`;
  }

  /** Every request so far, oldest first. */
  get requests(): readonly ReceivedRequest[] {
    return this.#requests;
  }

  /** What the next requests meet, until it is called with undefined. */
  fault(fault: Fault | undefined): void {
    this.#fault.set(fault);
  }

  /** Listens again after `stop`, on the same port and with the same state. */
  async restart(): Promise<void> {
    this.#server.listen(this.#port, this.#host);
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Closes all connections and refuses new ones. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  get #host(): string {
    return this.#options.host ?? '127.0.0.1';
  }

  get #basePath(): string {
    return this.#options.basePath ?? '';
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/', headers } = request;
    const body = await text(request);
    const received: ReceivedRequest = { method, path, headers, body };
    this.#requests.push(received);

    const fault = this.#fault.meet(method, path);
    const lost = fault && ('hang' in fault ? fault.hang : 'reset' in fault ? fault.reset : undefined);
    if (fault && 'delayMs' in fault) await delay(fault.delayMs ?? 0, undefined, { ref: false });
    if (fault && 'heldUntil' in fault) await fault.heldUntil;
    if (lost !== true) {
      const reply = fault && 'status' in fault ? madeUp(fault) : this.#answer(request, body);
      if (this.#options.latency ?? true) await delay(reply.cost);
      if (lost === undefined) {
        received.status = reply.status;
        this.#send(request, response, reply);
      }
    }
    if (fault && 'reset' in fault) request.socket.resetAndDestroy();
  }

  #answer(request: IncomingMessage, body: string): Answer {
    const { url = '/' } = request;
    if (url.length > LONGEST_URL) return { status: 414, headers: { connection: 'close' }, body: '', cost: 0 };
    if (!url.startsWith(`${this.#basePath}/`)) return html(404, 'Not Found');
    const { world, token } = this;
    const { version = '0.14.6' } = this.#options;
    return answer({ world, token, version }, readRequest(request, this.#basePath, body));
  }

  #send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: Answer): void {
    const { encoding, bytes } = encode(body, request.headers['accept-encoding'] ?? '');
    response.writeHead(status, {
      date: new Date(this.world.clock.now()).toUTCString(),
      'content-length': bytes.length,
      vary: 'accept-encoding',
      'cache-control': 'max-age=0, private, must-revalidate',
      'x-request-id': this.#requestId(request.headers['x-request-id']),
      ...(encoding && { 'content-encoding': encoding }),
      ...headers,
    });
    response.end(bytes);
  }

  /** The caller's own id, if Plug takes it for one, or a new one. */
  #requestId(given: string | string[] | undefined): string {
    const id = String(given ?? '');
    return id.length >= 20 && id.length <= 200
      ? id
      : `G${this.world.random.uuid().replaceAll('-', '').slice(0, 19)}`;
  }
}

function madeUp({ status, body = '', headers }: Extract<Fault, { status: number }>): Answer {
  const made = typeof body === 'string' ? html(status, body) : json(status, body);
  return { ...made, headers: { ...made.headers, ...headers } };
}

function encode(body: string, accepted: string): { encoding?: string; bytes: Buffer } {
  const plain = Buffer.from(body);
  const codings = accepted.split(',').map((coding) => coding.trim());
  if (codings.includes('gzip')) return { encoding: 'gzip', bytes: gzipSync(plain) };
  // Sequin leaves the end of the stream off: strict decoders fail.
  if (codings.includes('deflate')) {
    return { encoding: 'deflate', bytes: deflateSync(plain, { finishFlush: constants.Z_SYNC_FLUSH }) };
  }
  return { bytes: plain };
}
