import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeServer } from '../closeServer.ts';

/** Creates a listener that gives every request the same response. A body that isn't a string is sent as JSON. */
export function respondWith(
  status: number,
  body: unknown = '',
  headers: Readonly<Record<string, string>> = {},
): RequestListener {
  return (_request, response) => {
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** An HTTP server on a free port of this machine, with scripted responses. */
export class HttpServer {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Starts a server that passes every request to `listener`. */
  static async start(listener: RequestListener): Promise<HttpServer> {
    const server = createServer(listener);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new HttpServer(server);
  }

  /** Closes all connections and stops listening. */
  async stop(): Promise<void> {
    await closeServer(this.#server);
  }
}
