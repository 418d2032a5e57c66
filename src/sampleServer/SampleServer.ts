import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Fields } from './fields.ts';
import { findRoute } from './findRoute.ts';
import { errorDetail, type JsonResponse } from './responses.ts';
import { addSampleData } from './sampleData.ts';
import { currentVersion } from './sequinTypes.ts';
import { World } from './World.ts';

/** A Sequin server with sample data in memory. Only programs on this machine that know its token can use it. */
export class SampleServer {
  readonly token = randomBytes(32).toString('base64url');
  readonly #world = new World({ seed: 1, speed: 1, clock: Date });
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });

  private constructor() {
    addSampleData(this.#world);
  }

  /**
   * Starts a server on a free port of the loopback interface.
   * @throws Error if the server can't listen
   */
  static async start(): Promise<SampleServer> {
    const server = new SampleServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  /** The address for a connection, without a trailing slash. */
  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Closes all connections and stops listening. */
  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Any program on this machine can send a request with a body of any length, so read the body only if the token is
    // right.
    const isAuthorized = request.headers.authorization === `Bearer ${this.token}`;
    const { status, body } = isAuthorized ? this.#respond(request, await text(request)) : errorDetail(401);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  #respond({ method = '', url = '' }: IncomingMessage, body: string): JsonResponse {
    if (url === '/info/version') {
      return { status: 200, body: { version: currentVersion } };
    }
    const [, prefix, ...path] = url.split('/');
    const route = prefix === 'api' ? findRoute(this.#world, method, path) : undefined;
    return route?.(body === '' ? {} : (JSON.parse(body) as Fields)) ?? errorDetail(404);
  }
}
