import type { Sink } from './Sink.ts';

/**
 * The URL of a sink's backfills in Sequin's web console, which shares the API's address.
 * The console calls a webhook `http_push`; its other types are named as in the API.
 */
export function createConsoleUrl(address: string, sink: Sink): string {
  const consoleType = sink.destination.type === 'webhook' ? 'http_push' : sink.destination.type;
  return `${address}/sinks/${encodeURIComponent(consoleType)}/${encodeURIComponent(sink.id)}/backfills`;
}
