import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Failure } from '../../src/model/failure.ts';

/** The server's response before a fault changes it. The body isn't compressed. */
export interface OriginResponse {
  readonly status: number;
  /** By lower-case name, without the headers that frame the body: `toBytes` adds them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * The expected result of a request that a fault affects: success (`harmless`), success with changed values
 * (`harmlessExceptValues`), a timeout, or a failure.
 */
type Outcome = 'harmless' | 'harmlessExceptValues' | 'timeout' | Failure;

/** A network or server fault, with the expected result of the request. The stage says when the fault is injected. */
export type Fault = {
  readonly name: string;
  readonly outcome: Outcome;
} & (
  | { /** The port doesn't accept connections. */ readonly stage: 'port' }
  | {
      /** Injected as soon as the client has connected. The proxy doesn't read a request. */
      readonly stage: 'connection';
      readonly inject: (socket: Socket) => void;
    }
  | {
      /** Injected instead of forwarding the request to the server. */
      readonly stage: 'request';
      readonly inject: (socket: Socket) => void;
    }
  | {
      /** Injected instead of the server's response; the server has processed the request. */
      readonly stage: 'response';
      readonly inject: (socket: Socket, response: OriginResponse) => void;
    }
);

type InjectedStage = Exclude<Fault['stage'], 'port'>;
type Inject<Stage extends InjectedStage> = Extract<Fault, { stage: Stage }>['inject'];

/** Creates faults with the same stage and outcome. `injections` has the name of each fault, and what it injects. */
export function createFaults<Stage extends InjectedStage>(
  stage: Stage,
  outcome: Outcome,
  injections: Readonly<Record<string, Inject<Stage>>>,
): Fault[] {
  return Object.entries(injections).map(([name, inject]) => ({ name, outcome, stage, inject }) as Fault);
}

/** Formats the status line and headers of a response, with the empty line that ends them. */
export function formatHead(status: number, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`;
}

/** Serializes a response with a Content-Length. The connection stays open. */
export function toBytes({ status, headers, body }: OriginResponse): Buffer {
  const head = formatHead(status, { ...headers, 'content-length': String(body.length) });
  return Buffer.concat([Buffer.from(head), body]);
}

/** Creates an HTML response as a gateway in front of a server sends it: a login page or an error page. */
export function createHtmlResponse(
  status: number,
  headers: Readonly<Record<string, string>> = {},
): OriginResponse {
  const title = status === 200 ? 'Sign in' : (STATUS_CODES[status] ?? '');
  return {
    status,
    headers: { 'content-type': 'text/html', ...headers },
    body: Buffer.from(
      `<!doctype html>\n<html><head><title>${title}</title></head><body>${title}</body></html>`,
    ),
  };
}
