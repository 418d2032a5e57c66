import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP gateway in front of a server, with a clock of its own and a record of when requests arrived. */
export class Gateway {
  /** How far the clock of the gateway, which sets the `Date` header, is ahead of the system's, in ms. */
  clockOffset = 0;
  /** When each request arrived, in ms since epoch. */
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

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #forward(incoming: IncomingMessage, response: ServerResponse): void {
    this.requestTimes.push(Date.now());
    const { method, headers, url = '/' } = incoming;
    const outgoing = request(new URL(url, this.#target), { method, headers }, (answer) => {
      const date = new Date(Date.now() + this.clockOffset).toUTCString();
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, date });
      answer.pipe(response);
    });
    outgoing.on('error', () => {
      // As nginx does while the server behind it is down.
      if (!response.headersSent) {
        response.writeHead(502, { 'content-type': 'text/html' });
      }
      response.end('<html><h1>502 Bad Gateway</h1></html>');
    });
    incoming.pipe(outgoing);
  }
}
