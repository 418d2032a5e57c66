import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Failure } from '../../src/model/failure.ts';

/** An answer as the server gave it, before anything happens to it. The body is not compressed. */
export interface ServerAnswer {
  readonly status: number;
  /** By name in lower case, without those that say how the body is framed: `bytesOf` adds them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * What a client is to make of a fault: the good answer all the same, its own time limit, or this failure. A fault
 * that is `harmless` but for the values that it puts into the answer is `harmlessButForValues`.
 */
type Outcome = 'harmless' | 'harmlessButForValues' | 'timeout' | Failure;

/** Something that goes wrong between a client and a server, and what the client is to make of it. */
export type Fault = {
  readonly name: string;
  readonly outcome: Outcome;
} & (
  | { /** Nothing listens. */ readonly at: 'port' }
  | {
      /** As soon as the client has connected. */
      readonly at: 'connection';
      readonly strike: (socket: Socket) => void;
    }
  | {
      /** In place of the server, which never hears of the request. */
      readonly at: 'request';
      readonly strike: (socket: Socket) => void;
    }
  | {
      /** Once the server has done what it was asked. */
      readonly at: 'answer';
      readonly strike: (socket: Socket, answer: ServerAnswer) => void;
    }
);

/** The status line and headers of an answer, and the empty line that ends them. */
export function headOf(status: number, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`;
}

/** A whole answer, framed by its length; the connection stays open behind it. */
export function bytesOf({ status, headers, body }: ServerAnswer): Buffer {
  const head = headOf(status, { ...headers, 'content-length': String(body.length) });
  return Buffer.concat([Buffer.from(head), body]);
}

/** A page of HTML such as a gateway or a login in front of a server sends. */
export function htmlAnswer(status: number, headers: Readonly<Record<string, string>> = {}): ServerAnswer {
  const title = STATUS_CODES[status] ?? 'Sign in';
  return {
    status,
    headers: { 'content-type': 'text/html', ...headers },
    body: Buffer.from(
      `<!doctype html>\n<html><head><title>${title}</title></head><body>${title}</body></html>`,
    ),
  };
}
