import { encodePathSegment } from './encodePathSegment.ts';
import type { Sink } from './Sink.ts';

/**
 * The URL of a sink's backfills in Sequin's web console, which has the same address as the API. The URL of the list of
 * sinks if the id (in Sequin a UUID) would have to be encoded, because VS Code decodes parts of a URL that it opens. The
 * console calls a webhook `http_push`, and names all other types as the API does.
 */
export function createConsoleUrl(address: string, sink: Sink): string {
  const { id, destination } = sink;
  const { type } = destination;
  const segments = [type === 'webhook' ? 'http_push' : type, id];
  return segments.every((segment) => encodePathSegment(segment) === segment)
    ? `${address}/sinks/${segments.join('/')}/backfills`
    : createConsoleListUrl(address);
}

/** The URL of the list of sinks in the console. */
export function createConsoleListUrl(address: string): string {
  return `${address}/sinks`;
}

/** The URL of the page in the console where API tokens are created. */
export function createTokensUrl(address: string): string {
  return `${address}/settings/accounts`;
}
