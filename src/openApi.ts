import type { LogOutputChannel } from 'vscode';
import { openSequinApi } from './api/openSequinApi.ts';
import type { Exchange, SequinApi } from './api/SequinApi.ts';

/** Opens clients whose requests go to the log: never a header, a query or a body. */
export function apiOpener(
  log: LogOutputChannel,
): (address: string, readToken: () => Promise<string>) => SequinApi {
  const onExchange = ({ method, path, status, durationMs, size, problem }: Exchange): void => {
    const line = `${method} ${path} ${String(status ?? '-')} ${String(durationMs)} ms, ${String(size)} characters`;
    if (problem === undefined) {
      log.debug(line);
    } else {
      log.warn(`${line}: ${problem}`);
    }
  };
  const onLeftOut = (what: string, problem: string): void => {
    log.warn(`left out a ${what} that is not understood: ${problem}`);
  };
  return (address, readToken) => openSequinApi({ address, onExchange, onLeftOut }, readToken);
}
