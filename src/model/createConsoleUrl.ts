import { encodePathSegment } from './encodePathSegment.ts';
import type { Sink } from './Sink.ts';

/**
 * The URL of a sink's backfills in Sequin's web console, which shares the API's address; the list of sinks if the id
 * would have to be encoded, because VS Code decodes parts of a URL that it opens. Sequin's ids are UUIDs. The console
 * calls a webhook `http_push`; its other types are named as in the API.
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
