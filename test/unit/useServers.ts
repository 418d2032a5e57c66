import type { RequestListener } from 'node:http';
import { Emulator, type EmulatorOptions } from '../emulator/Emulator.ts';
import { HttpServer } from './HttpServer.ts';

/** A resource that keeps the process running until it is stopped. Stopping twice is allowed. */
interface Stoppable {
  stop(): void | Promise<void>;
}

/** Whether servers are stopped after each test, or after the last test of the `describe`. */
type Scope = 'test' | 'suite';

/**
 * Registers a hook in the enclosing `describe` that stops servers, including those of a failed test. Returns a
 * function that every starting server must pass through: `await stopLater(TlsTerminator.start(url, options))`.
 */
export function useServers(scope: Scope = 'test'): <T extends Stoppable>(starting: Promise<T>) => Promise<T> {
  const started: Stoppable[] = [];
  let stops = 0;
  const stopAll = async (): Promise<void> => {
    stops += 1;
    await Promise.all(started.splice(0).map(async (server) => server.stop()));
  };
  if (scope === 'suite') {
    after(stopAll);
  } else {
    afterEach(stopAll);
  }
  return async (starting) => {
    const before = stops;
    const server = await starting;
    if (stops !== before) {
      await server.stop();
      throw new Error('The test ended while a server was starting.');
    }
    started.push(server);
    return server;
  };
}

/** Returns a function that starts an emulator, which a hook of the enclosing `describe` stops. */
export function useEmulators(scope?: Scope): (options?: EmulatorOptions) => Promise<Emulator> {
  const stopLater = useServers(scope);
  return (options) => stopLater(Emulator.start(options));
}

/** Returns a function that starts an HTTP server, which a hook of the enclosing `describe` stops. */
export function useHttpServers(scope?: Scope): (listener: RequestListener) => Promise<HttpServer> {
  const stopLater = useServers(scope);
  return (listener) => stopLater(HttpServer.start(listener));
}
