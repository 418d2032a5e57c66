import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import { closeServer } from '../closeServer.ts';

/** An HTTP gateway in front of a server. It has its own clock, and records when requests arrive. */
export class Gateway {
  /** How far the gateway's clock, which sets the `Date` header, is ahead of the system's clock, in milliseconds. */
  clockOffsetMs = 0;
  /** When each request arrived, in milliseconds since the epoch. */
  readonly requestTimes: number[] = [];
  readonly #server = createServer((incoming, response) => {
    this.#forward(incoming, response);
  });
  readonly #target: string;

  private constructor(target: string) {
    this.#target = target;
  }

  /** Starts a gateway to the server at `target`. */
  static async start(target: string): Promise<Gateway> {
    const gateway = new Gateway(target);
    gateway.#server.listen(0, '127.0.0.1');
    await once(gateway.#server, 'listening');
    return gateway;
  }

  /** The base URL for a client. */
  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** Closes all connections and stops listening. */
  async stop(): Promise<void> {
    await closeServer(this.#server);
  }

  #forward(incoming: IncomingMessage, response: ServerResponse): void {
    this.requestTimes.push(Date.now());
    const { method, headers, url = '/' } = incoming;
    const outgoing = request(new URL(url, this.#target), { method, headers }, (received) => {
      const date = new Date(Date.now() + this.clockOffsetMs).toUTCString();
      response.writeHead(received.statusCode ?? 502, { ...received.headers, date });
      // If the server stops in the middle of its response, the client's connection closes, too.
      pipeline(received, response, () => undefined);
    });
    outgoing.on('error', () => {
      // Respond as nginx does while the server behind it is down.
      if (!response.headersSent) {
        response.writeHead(502, { 'content-type': 'text/html' });
      }
      response.end('<html><h1>502 Bad Gateway</h1></html>');
    });
    incoming.pipe(outgoing);
  }
}
