import assert from 'node:assert/strict';
import { createApiClient } from '../../../../src/api/createApiClient.ts';
import { checkAddress } from '../../../../src/commands/connections/checkAddress.ts';
import type { Failure } from '../../../../src/model/failure.ts';
import type { Fault } from '../../../emulator/fault.ts';
import { useEmulators } from '../../useServers.ts';

describe('checkAddress', () => {
  const startEmulator = useEmulators();

  async function check(
    fault?: Fault,
  ): Promise<{ kind: Failure['kind'] | undefined; authorizationHeaders: unknown[] }> {
    const emulator = await startEmulator({ scenario: 'empty', latency: false });
    emulator.fault(fault);
    const api = createApiClient({ address: emulator.url, token: '' });
    const failure = await checkAddress(api, new AbortController().signal);
    const authorizationHeaders = emulator.requests.map(({ headers }) => headers.authorization);
    return { kind: failure?.kind, authorizationHeaders };
  }

  it('accepts a server that reports its version, with one request and without a token', async () => {
    assert.deepEqual(await check(), { kind: undefined, authorizationHeaders: [undefined] });
  });

  it('accepts a server that reports no version, but requires a token', async () => {
    assert.deepEqual(await check({ status: 404, path: /version/ }), {
      kind: undefined,
      authorizationHeaders: [undefined, undefined],
    });
  });

  for (const [title, fault, kind] of [
    ['another website', { status: 200, body: '<!doctype html>' }, 'invalidResponse'],
    ['a redirect', { status: 302, headers: { location: 'https://login.test/' } }, 'invalidResponse'],
    ['a server without the API', { status: 404 }, 'notFound'],
    ['a connection that breaks', { reset: true }, 'network'],
    ['a failing server', { status: 500 }, undefined],
    ['a busy server', { status: 429 }, undefined],
  ] as const) {
    it(`${kind === undefined ? 'accepts' : 'reports'} ${title}`, async () => {
      assert.equal((await check(fault)).kind, kind);
    });
  }
});
