import type { IncomingMessage } from 'node:http';
import type { Format } from './answers.ts';

/** A request as the routes see it. */
export interface ApiRequest {
  /** HEAD is told as GET, as Plug does. */
  method: string;
  /** Without empty segments: Sequin's router does not see doubled or trailing slashes. Percent-encoded still. */
  segments: string[];
  query: URLSearchParams;
  /** The values of all headers, by lower-case name. */
  headers: NodeJS.Dict<string[]>;
  body: string;
}

/** Reads the parts of a request, its path without `basePath`. */
export function readRequest(message: IncomingMessage, basePath: string, body: string): ApiRequest {
  const method = message.method === 'HEAD' ? 'GET' : (message.method ?? 'GET');
  const [path = '', query] = (message.url ?? '').slice(basePath.length).split('?', 2);
  return {
    method,
    segments: path.split('/').filter((segment) => segment !== ''),
    query: new URLSearchParams(query),
    headers: message.headersDistinct,
    body,
  };
}

/**
 * What Phoenix's `accepts` makes of the Accept header, when it offers `offered`, its favourite first: the
 * favourite when there is no header or it has a wildcard, otherwise the first type named that is offered.
 */
export function negotiate(request: ApiRequest, offered: readonly [Format, ...Format[]]): Format | undefined {
  const accept = request.headers['accept']?.[0];
  if (accept === undefined || accept.includes('*/*')) return offered[0];
  const named = accept.split(',').map((type) => type.split(';', 1)[0]?.trim());
  const formats: Record<string, Format> = { 'application/json': 'json', 'text/html': 'html' };
  return named.map((type) => formats[type ?? '']).find((format) => format && offered.includes(format));
}

/** What an error page outside the API's own routes is rendered as: HTML's plain text, unless JSON is asked for. */
export function errorFormat(request: ApiRequest): Format {
  return negotiate(request, ['html', 'json']) ?? 'html';
}

/**
 * Decodes a path segment. Escapes that are none stay as they are (`%ZZ` is then a name); undefined if what
 * comes out is not text that Postgres takes: not UTF-8 (`%FF`), or with a NUL in it.
 */
export function decodeSegment(segment: string): string | undefined {
  const bytes = segment.replace(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(bytes, 'latin1'));
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
