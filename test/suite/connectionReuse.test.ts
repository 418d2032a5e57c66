import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { connectToEmulator, disconnect } from './connectToEmulator.ts';

/** An address of this machine that VS Code doesn't treat as local, which it gives another agent. */
const externalAddress = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.family === 'IPv4' && !address.internal)?.address;

describe('requests through VS Code’s http module', () => {
  for (const [name, host] of [
    ['a local server', '127.0.0.1'],
    ['another machine', externalAddress],
  ] as const) {
    it(`share a connection to ${name}`, async function () {
      if (host === undefined) {
        this.skip();
      }
      const connection = await connectToEmulator({ scenario: 'empty', host });
      const { emulator, api } = connection;
      try {
        const monitor = api.servers.getMonitor(emulator.url) ?? assert.fail('no monitor');
        for (let poll = 0; poll < 20; poll += 1) {
          await monitor.refresh();
        }
        assert.ok(emulator.requests.length >= 20);
        // The version is requested in parallel with the first backfills or the next list.
        assert.ok(emulator.connectionCount <= 2, `${String(emulator.connectionCount)} connections`);
      } finally {
        await disconnect(connection);
      }
    });

    it(`don’t fail after ${name} closed the connections`, async function () {
      if (host === undefined) {
        this.skip();
      }
      const connection = await connectToEmulator({ scenario: 'empty', host });
      const { emulator, api } = connection;
      try {
        const monitor = api.servers.getMonitor(emulator.url) ?? assert.fail('no monitor');
        for (let restart = 0; restart < 3; restart += 1) {
          await monitor.refresh();
          await emulator.stop();
          await emulator.restart();
          await monitor.refresh();
          assert.equal(monitor.snapshot.sinksLoad.failure, undefined);
        }
      } finally {
        await disconnect(connection);
      }
    });
  }
});
