import { createLazyApiClient } from './createLazyApiClient.ts';
import type { RequestLogEntry, SequinApi } from './SequinApi.ts';

/** The part of VS Code's `LogOutputChannel` that requests are logged to. */
interface Log {
  debug(message: string): void;
  warn(message: string): void;
}

/** Creates a factory of clients that log each request without its headers, query and body. */
export function createApiClientFactory(
  log: Log,
): (address: string, readToken: () => Promise<string>) => SequinApi {
  const onRequestFinished = ({
    method,
    path,
    status,
    durationMs,
    bodyLength,
    problem,
  }: RequestLogEntry): void => {
    const logLine = `${method} ${path} ${String(status ?? '-')} ${String(durationMs)} ms, ${String(bodyLength)} characters`;
    if (problem === undefined) {
      log.debug(logLine);
    } else {
      log.warn(`${logLine}: ${problem}`);
    }
  };
  const onItemSkipped = (itemType: string, problem: string): void => {
    log.warn(`Skipped an invalid ${itemType}: ${problem}`);
  };
  return (address, readToken) =>
    createLazyApiClient({ address, onRequestFinished, onItemSkipped }, readToken);
}
