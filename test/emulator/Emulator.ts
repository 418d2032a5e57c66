import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { currentVersion } from '../../src/sampleServer/sequinTypes.ts';
import type { Clock } from '../../src/sampleServer/World.ts';
import { closeServer } from '../closeServer.ts';
import { adaptToMissingRedis, sampleResponseTimeMs, type ServerCondition } from './conditions.ts';
import { EmulatedWorld } from './EmulatedWorld.ts';
import { type Fault, FaultInjector } from './fault.ts';
import { html, type HttpResponse, json } from './httpResponse.ts';
import { parseRequest } from './request.ts';
import { respond } from './respond.ts';
import { buildScenario, type Scenario } from './scenarios.ts';
import { sendResponse } from './sendResponse.ts';
import { adaptRequestBody, adaptResponse, getFeaturesMissingIn } from './versions.ts';

export type { Fault } from './fault.ts';

/** Options of `Emulator.start`. */
export interface EmulatorOptions {
  /** The initial sinks and backfills; by default, `demo`. */
  scenario?: Scenario;
  /** The port to listen on; by default, any free one. */
  port?: number;
  /** The host to listen on; by default, 127.0.0.1. */
  host?: string;
  /** The API token; by default, `emulator-token`. */
  token?: string;
  /** Determines ids, counts and the timing of pages: the same seed creates the same world. By default, 1. */
  seed?: number;
  /** The speed of backfills, as a multiple of the recorded speed; by default, 1. */
  speed?: number;
  /** Whether responses take as long as those of a real server; by default, true. */
  latency?: boolean;
  /**
   * The version that `/info/version` reports, by default 0.14.6; null for a server without this endpoint. Responses
   * lack the fields that this version doesn't have yet, and requests that use later features are rejected. The scenario
   * is the same for all versions: it may contain paused backfills even if the version doesn't have that state.
   */
  version?: string | null;
  /** A prefix of all paths, as behind a reverse proxy: `/sequin`. */
  basePath?: string;
  /** By default, the system's clock. */
  clock?: Clock;
}

/** A received request. It has a status once there is a response. */
export interface ReceivedRequest {
  method: string;
  /** Includes the query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  status?: number;
}

/**
 * The longest accepted URL, in characters. Bandit, Sequin's HTTP server, limits the whole request line to this length.
 */
const maxUrlLength = 10_000;

/** An emulated Sequin server, with the Management API and the status pages. Its state is in memory. */
export class Emulator {
  readonly token: string;
  readonly world: EmulatedWorld;
  /** Affects the response times, and whether the health of sinks is available. */
  condition: ServerCondition = 'idle';
  readonly #options: EmulatorOptions;
  /** Like Sequin 0.14.6, closes a connection after 60 s without a request. */
  readonly #server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    this.#serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  readonly #requests: ReceivedRequest[] = [];
  #connectionCount = 0;
  readonly #faults = new FaultInjector();
  #host: string;
  #port: number;

  private constructor(options: EmulatorOptions) {
    const { token = 'emulator-token', seed = 1, speed = 1, clock = Date } = options;
    const { host = '127.0.0.1', port = 0 } = options;
    this.#options = options;
    this.#host = host;
    this.#port = port;
    this.token = token;
    this.world = new EmulatedWorld({ seed, speed, clock });
    buildScenario(this.world, options.scenario ?? 'demo');
    this.#server.on('connection', () => {
      this.#connectionCount += 1;
    });
  }

  /**
   * Starts a server.
   * @throws Error when it can't listen, such as when the port is in use.
   */
  static async start(options: EmulatorOptions = {}): Promise<Emulator> {
    const emulator = new Emulator(options);
    await emulator.#listen();
    return emulator;
  }

  /** The base URL for a connection. It stays the same after {@link stop}. */
  get url(): string {
    const host = isIPv6(this.#host) ? `[${this.#host}]` : this.#host;
    return `http://${host}:${this.#port}${this.#basePath}`;
  }

  /** All requests received so far, oldest first. */
  get requests(): readonly ReceivedRequest[] {
    return this.#requests;
  }

  /** The number of TCP connections accepted so far. */
  get connectionCount(): number {
    return this.#connectionCount;
  }

  /** Injects a fault into the following requests; undefined removes it. */
  fault(fault: Fault | undefined): void {
    this.#faults.inject(fault);
  }

  /**
   * Starts again after `stop`, on the same port and with the same state, except that pages that were being read are
   * lost, and backfills of disabled sinks stop.
   */
  async restart(): Promise<void> {
    this.world.restart();
    await this.#listen();
  }

  async #listen(): Promise<void> {
    this.#server.listen(this.#port, this.#host);
    await once(this.#server, 'listening');
    const { address, port } = this.#server.address() as AddressInfo;
    this.#host = address;
    this.#port = port;
  }

  /** Closes all connections and stops listening. */
  async stop(): Promise<void> {
    await closeServer(this.#server);
  }

  get #basePath(): string {
    return this.#options.basePath ?? '';
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/', headers } = request;
    const body = await text(request);
    const received: ReceivedRequest = { method, path, headers, body };
    this.#requests.push(received);

    const fault = this.#faults.take(method, path);
    // true: the request is neither processed nor answered; 'after': it is processed, but not answered; undefined: both.
    const loss = fault && ('hang' in fault ? fault.hang : 'reset' in fault ? fault.reset : undefined);
    if (fault && 'delayMs' in fault) {
      await delay(fault.delayMs ?? 0, undefined, { ref: false });
    }
    if (fault && 'heldUntil' in fault) {
      await fault.heldUntil;
    }
    const isProcessed = loss !== true;
    const isAnswered = loss === undefined;
    if (isProcessed) {
      const reply =
        fault && 'status' in fault ? createFaultResponse(fault) : this.#createResponse(request, body);
      if (this.#options.latency ?? true) {
        await delay(sampleResponseTimeMs(reply.baselineMs, this.condition, this.world.responseRandom));
      }
      if (isAnswered) {
        received.status = reply.status;
        sendResponse(this.world, request, response, reply);
      }
    }
    if (fault && 'reset' in fault) {
      request.socket.resetAndDestroy();
    }
  }

  #createResponse(request: IncomingMessage, body: string): HttpResponse {
    const { url = '/' } = request;
    if (url.length > maxUrlLength) {
      return { status: 414, headers: { connection: 'close' }, body: '', baselineMs: 0 };
    }
    if (!url.startsWith(`${this.#basePath}/`)) {
      return html(404, 'Not Found');
    }
    const { world, token } = this;
    const { version = currentVersion } = this.#options;
    const missingFeatures = getFeaturesMissingIn(version);
    const parsed = parseRequest(request, this.#basePath, adaptRequestBody(body, missingFeatures));
    const response = respond({ world, token, version }, parsed);
    const path = url.slice(this.#basePath.length);
    const adapted = this.condition === 'redisDown' ? adaptToMissingRedis(path, response) : response;
    return adaptResponse(adapted, missingFeatures);
  }
}

function createFaultResponse({
  status,
  body = '',
  headers,
}: Extract<Fault, { status: number }>): HttpResponse {
  const response = typeof body === 'string' ? html(status, body) : json(status, body);
  return { ...response, headers: { ...response.headers, ...headers } };
}
