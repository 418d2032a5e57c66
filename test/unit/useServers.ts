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
 * Registers a hook in the enclosing `describe` that stops servers, even if a test failed. Returns a function that must
 * wrap the start of every server: `await stopLater(TlsTerminator.start(url, options))`.
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
    const stopsAtStart = stops;
    const server = await starting;
    if (stops !== stopsAtStart) {
      await server.stop();
      throw new Error('The test ended while a server was starting.');
    }
    started.push(server);
    return server;
  };
}

/** Returns a function that starts an emulator. A hook of the enclosing `describe` stops the emulator. */
export function useEmulators(scope?: Scope): (options?: EmulatorOptions) => Promise<Emulator> {
  const stopLater = useServers(scope);
  return (options) => stopLater(Emulator.start(options));
}

/** Returns a function that starts an HTTP server. A hook of the enclosing `describe` stops the server. */
export function useHttpServers(scope?: Scope): (listener: RequestListener) => Promise<HttpServer> {
  const stopLater = useServers(scope);
  return (listener) => stopLater(HttpServer.start(listener));
}
