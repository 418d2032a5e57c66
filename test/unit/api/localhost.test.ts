import assert from 'node:assert/strict';
import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import { networkInterfaces } from 'node:os';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import { toFailure } from '../../../src/model/failure.ts';
import { useEmulators } from '../useServers.ts';

/** Whether this machine can connect to ::1. */
const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

type Lookup = (
  host: string,
  options: LookupOptions,
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

describe('API client on a machine where localhost resolves to ::1 and 127.0.0.1', () => {
  const startEmulator = useEmulators();
  const { lookup } = dns;

  before(() => {
    // The test doesn't depend on this machine's hosts file. On most machines, localhost has these addresses in this
    // order.
    dns.lookup = ((host, options, callback) => {
      if (host !== 'localhost') {
        (lookup as Lookup)(host, options, callback);
        return;
      }
      queueMicrotask(() => {
        callback(null, [
          { address: '::1', family: 6 },
          { address: '127.0.0.1', family: 4 },
        ]);
      });
    }) satisfies Lookup as unknown as typeof dns.lookup;
  });
  after(() => {
    dns.lookup = lookup;
  });

  for (const [host, urlHost] of [
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '[::1]'],
  ] as const) {
    it(`connects to a server that listens only on ${host}`, async function () {
      if (host === '::1' && !hasIpv6) {
        // The server can't listen on ::1.
        this.skip();
      }
      const { url, token, world } = await startEmulator({ host, latency: false });
      const { hostname, port } = new URL(url);
      assert.equal(hostname, urlHost);
      const api = createApiClient({ address: `http://localhost:${port}`, token });
      assert.equal((await api.listSinks()).items.length, world.sinks.length);
    });
  }

  it('reports a refused connection when the server listens on neither address', async function () {
    if (!hasIpv6) {
      // Without IPv6, the connection to ::1 fails with another error.
      this.skip();
    }
    const server = await startEmulator();
    await server.stop();
    const address = `http://localhost:${new URL(server.url).port}`;
    const api = createApiClient({ address, token: 'token' });
    await assert.rejects(api.listSinks({ retries: 0 }), (error) => {
      assert.deepEqual(toFailure(error), { kind: 'network', reason: 'refused' });
      return true;
    });
  });
});
