import type { Sink } from './Sink.ts';

/**
 * The page of a sink's backfills in Sequin's web console, which shares the API's address.
 * A webhook is named `http_push` there; other types are named as in the API.
 */
export function createConsoleUrl(address: string, sink: Sink): string {
  const consoleType = sink.destination.type === 'webhook' ? 'http_push' : sink.destination.type;
  return `${address}/sinks/${encodeURIComponent(consoleType)}/${encodeURIComponent(sink.id)}/backfills`;
}
