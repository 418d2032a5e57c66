import assert from 'node:assert/strict';
import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import { toFailure } from '../../../src/model/failure.ts';
import type { Emulator } from '../../emulator/Emulator.ts';
import { useEmulators } from '../useServers.ts';

type Lookup = (
  host: string,
  options: LookupOptions,
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

describe('API client, localhost that resolves to ::1 and 127.0.0.1', () => {
  const startEmulator = useEmulators();
  const { lookup } = dns;

  before(() => {
    // Independent of this machine's hosts file. Most machines have both addresses, in this order.
    dns.lookup = ((_host, _options, callback) => {
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

  for (const host of ['127.0.0.1', '::1']) {
    it(`connects to a server that listens only on ${host}`, async function () {
      const server = await startEmulator({ host, latency: false }).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'EADDRNOTAVAIL') {
          throw error;
        }
        return this.skip();
      });
      const { token, world } = server;
      const api = createApiClient({ address: `http://localhost:${portOf(server)}`, token });
      assert.equal((await api.listSinks()).items.length, world.sinks.length);
    });
  }

  it('is refused when the server listens on neither address', async () => {
    const server = await startEmulator();
    await server.stop();
    const api = createApiClient({ address: `http://localhost:${portOf(server)}`, token: 'token' });
    await assert.rejects(api.listSinks({ retries: 0 }), (error) => {
      assert.deepEqual(toFailure(error), { kind: 'network', reason: 'refused' });
      return true;
    });
  });
});

function portOf({ url }: Emulator): string {
  return /\d+$/.exec(url)?.[0] ?? '';
}
