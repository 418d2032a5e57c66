import { encodePathSegment } from './encodePathSegment.ts';
import type { Sink } from './Sink.ts';

/**
 * The URL of a sink's backfills in Sequin's web console, which shares the API's address; the list of sinks if no URL can
 * contain the sink's id. The console calls a webhook `http_push`; its other types are named as in the API.
 */
export function createConsoleUrl(address: string, { id, destination: { type } }: Sink): string {
  const segments = [type === 'webhook' ? 'http_push' : type, id].map(encodePathSegment);
  return segments.includes(undefined)
    ? `${address}/sinks`
    : `${address}/sinks/${segments.join('/')}/backfills`;
}
