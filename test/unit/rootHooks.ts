import { subscribe } from 'node:diagnostics_channel';
import type { Server, Socket } from 'node:net';
import type { RootHookObject } from 'mocha';
import { endWaits } from './waitUntil.ts';

/** Every server that has listened, with the title of the latest test at the time when the server began to listen. */
const servers = new Map<Server, string>();
const sockets = new Set<Socket>();
let lastTest = 'the first test';
let haveTestsEnded = false;

/**
 * Closes servers that still listen after the last test, because mocha would wait for them forever.
 * @throws if there are such servers, so that the run fails
 */
function closeForgottenServers(): void {
  haveTestsEnded = true;
  const forgotten = [...servers].filter(([server]) => server.listening);
  for (const [server] of forgotten) {
    server.close();
  }
  for (const socket of sockets) {
    socket.destroy();
  }
  if (forgotten.length > 0) {
    const tests = [...new Set(forgotten.map(([, test]) => test))].map((test) => `\n  ${test}`);
    throw new Error(
      `Servers that were never stopped: ${forgotten.length}. Start them through useServers(). They were started during or after:${tests.join('')}`,
    );
  }
}

/** Mocha's hooks around all unit tests. */
export const mochaHooks: RootHookObject = {
  beforeAll() {
    subscribe('tracing:net.server.listen:asyncEnd', (message) => {
      const { server } = message as { server: Server };
      if (haveTestsEnded) {
        // Started by a test that continued after its timeout.
        server.close();
      } else {
        servers.set(server, lastTest);
      }
    });
    subscribe('net.server.socket', (message) => {
      const { socket } = message as { socket: Socket };
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
  },
  beforeEach(this: Mocha.Context) {
    lastTest = this.currentTest?.fullTitle() ?? lastTest;
  },
  afterEach() {
    endWaits();
  },
  afterAll() {
    endWaits();
    closeForgottenServers();
  },
};
