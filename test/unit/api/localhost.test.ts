import assert from 'node:assert/strict';
import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import { toFailure } from '../../../src/model/failure.ts';
import type { Emulator } from '../../emulator/Emulator.ts';
import { useEmulators } from '../useServers.ts';

type Lookup = (
  host: string,
  options: LookupOptions,
  answer: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

describe('localhost that is ::1 and 127.0.0.1', () => {
  const startEmulator = useEmulators();
  const { lookup } = dns;

  before(() => {
    // Whatever the hosts file of this machine says; most name both, in this order.
    dns.lookup = ((_host, _options, answer) => {
      queueMicrotask(() => {
        answer(null, [
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
    it(`is reached where it is served on ${host} alone`, async function () {
      const server = await startEmulator({ host, latency: false }).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'EADDRNOTAVAIL') throw error;
        return this.skip();
      });
      const { token, world } = server;
      const api = createApiClient({ address: `http://localhost:${portOf(server)}`, token });
      assert.equal((await api.listSinks()).items.length, world.sinks.length);
    });
  }

  it('and where it is served on neither, nothing listens', async () => {
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
