import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import type { LoadState } from '../../src/model/LoadState.ts';
import type { Emulator } from '../emulator/Emulator.ts';
import { Connection } from './Connection.ts';

/** An address of this machine that isn't a loopback address: VS Code uses another HTTP agent for such a server. */
const externalAddress = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.family === 'IPv4' && !address.internal)?.address;

describe('requests through VS Code’s http module', () => {
  for (const [name, host] of [
    ['a local server', '127.0.0.1'],
    ['another machine', externalAddress],
  ] as const) {
    // A machine without a network has no external address.
    const test = host === undefined ? it.skip : it;

    /** Connects to a server at the host, and disconnects after the check. */
    async function withServer(
      check: (emulator: Emulator, refresh: () => Promise<LoadState>) => Promise<void>,
    ): Promise<void> {
      const connection = new Connection();
      await connection.open({ scenario: 'empty', host: host ?? assert.fail() });
      const { emulator, monitor } = connection;
      try {
        await check(emulator, async () => {
          await monitor.refresh();
          return monitor.snapshot.sinksLoad;
        });
      } finally {
        await connection.close();
      }
    }

    test(`share at most two connections to ${name}`, () =>
      withServer(async (emulator, refresh) => {
        for (let poll = 0; poll < 20; poll += 1) {
          await refresh();
        }
        assert.ok(emulator.requests.length >= 20);
        // The version is requested in parallel with the first backfills or the next list.
        assert.ok(emulator.connectionCount <= 2, `${String(emulator.connectionCount)} connections`);
      }));

    test(`don’t fail after ${name} closed the connections`, () =>
      withServer(async (emulator, refresh) => {
        for (let restart = 0; restart < 3; restart += 1) {
          await refresh();
          await emulator.stop();
          await emulator.restart();
          assert.equal((await refresh()).failure, undefined);
        }
      }));
  }
});
