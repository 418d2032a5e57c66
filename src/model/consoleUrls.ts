import { encodePathSegment } from './encodePathSegment.ts';
import type { Sink } from './Sink.ts';

/**
 * The URL of a sink's backfills in Sequin's web console, which has the same address as the API. Returns the URL of the
 * sink list if the type or the id would have to be encoded, because VS Code decodes parts of the URLs that it opens.
 * The ids and types that Sequin uses don't have to be encoded. The console calls a webhook `http_push`; for all other
 * types, it has the same names as the API.
 */
export function createConsoleUrl(address: string, sink: Sink): string {
  const { id, destination } = sink;
  const { type } = destination;
  const segments = [type === 'webhook' ? 'http_push' : type, id];
  return segments.every((segment) => encodePathSegment(segment) === segment)
    ? `${address}/sinks/${segments.join('/')}/backfills`
    : createConsoleListUrl(address);
}

/** The URL of the sink list in the console. */
export function createConsoleListUrl(address: string): string {
  return `${address}/sinks`;
}

/** The URL of the console page that creates API tokens. */
export function createTokensUrl(address: string): string {
  return `${address}/settings/accounts`;
}
