import type { IncomingMessage } from 'node:http';
import type { Format } from './httpResponse.ts';

/** A parsed request. */
export interface HttpRequest {
  /** HEAD appears as GET, as in Plug. */
  method: string;
  /**
   * The percent-encoded segments of the path, except empty ones: Sequin's router ignores double and trailing slashes.
   */
  segments: string[];
  query: URLSearchParams;
  /** Header values by lower-case name. */
  headers: NodeJS.Dict<string[]>;
  body: string;
}

/** Parses a request. Removes `basePath` from its path. */
export function parseRequest(message: IncomingMessage, basePath: string, body: string): HttpRequest {
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
 * Selects a response format by the Accept header, as Phoenix's `accepts` does: the first of `offered` if there is no
 * such header or it contains a wildcard, otherwise the first accepted type that is offered; undefined if there is none.
 */
export function negotiateFormat(
  request: HttpRequest,
  offered: readonly [Format, ...Format[]],
): Format | undefined {
  const accept = request.headers['accept']?.[0];
  if (accept === undefined || accept.includes('*/*')) {
    return offered[0];
  }
  const acceptedTypes = accept.split(',').map((type) => type.split(';', 1)[0]?.trim());
  const formats: Record<string, Format> = { 'application/json': 'json', 'text/html': 'html' };
  return acceptedTypes
    .map((type) => formats[type ?? ''])
    .find((format) => format && offered.includes(format));
}

/** Returns the format of an error page: HTML, unless the Accept header has no wildcard and lists JSON before HTML. */
export function getErrorFormat(request: HttpRequest): Format {
  return negotiateFormat(request, ['html', 'json']) ?? 'html';
}

/**
 * Decodes a path segment. Doesn't change invalid escapes such as `%ZZ`. Returns undefined for text that Postgres
 * rejects because it contains invalid UTF-8 (`%FF`) or NUL characters.
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
