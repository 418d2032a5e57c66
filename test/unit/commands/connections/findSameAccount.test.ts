import assert from 'node:assert/strict';
import { findSameAccount } from '../../../../src/commands/connections/findSameAccount.ts';
import { ServerMonitor } from '../../../../src/servers/ServerMonitor.ts';
import { ServerRegistry } from '../../../../src/servers/ServerRegistry.ts';
import { emptySnapshot } from '../../../../src/servers/Snapshot.ts';
import { apiWith, connectionTo, now, serversOf } from '../../samples.ts';
import { TestClock } from '../../TestClock.ts';

const address = 'https://sequin.example';

describe('findSameAccount', () => {
  let servers: ServerRegistry;
  beforeEach(() => {
    servers = new ServerRegistry();
  });
  afterEach(() => {
    servers.dispose();
  });

  /**
   * Finds the connection to an account, and returns its name. All connections have the address {@link address};
   * `tokens` maps their names to their tokens. The token of a connection that is signed out is undefined.
   */
  async function find(
    tokens: Readonly<Record<string, string | undefined>>,
    account: { readonly token: string; readonly name?: string; readonly address?: string },
  ): Promise<string | undefined> {
    const entries = Object.keys(tokens).map((name) => ({
      ...connectionTo(address, { id: name, name }),
      problem: undefined,
      hidden: false,
    }));
    const connections = { entries, getToken: ({ id }: { id: string }) => Promise.resolve(tokens[id]) };
    return (await findSameAccount({ connections, servers }, { address, ...account }))?.id;
  }

  it('finds the connection with the same address and token, even if another connection is signed out', async () => {
    const tokens = { Old: undefined, Admin: 'admin', Reader: 'reader' };
    assert.equal(await find(tokens, { token: 'reader' }), 'Reader');
    assert.equal(await find(tokens, { token: 'reader', name: 'Old' }), 'Reader');
  });

  it('finds no connection for another token of the same server', async () => {
    assert.equal(await find({ Admin: 'admin' }, { token: 'reader' }), undefined);
    assert.equal(await find({ Admin: 'admin' }, { token: 'reader', name: 'Reader' }), undefined);
  });

  it('finds no connection at another address, even with the same token', async () => {
    assert.equal(await find({ Admin: 'admin' }, { token: 'admin', address: 'http://other' }), undefined);
  });

  it('finds a signed-out connection for a token that the user enters, but not for a CLI context with another name', async () => {
    assert.equal(await find({ Admin: 'admin', Old: undefined }, { token: 'new' }), 'Old');
    assert.equal(await find({ Old: undefined }, { token: 'new', name: 'Reader' }), undefined);
  });

  it('finds the connection whose current token the server rejects', async () => {
    const snapshot = {
      ...emptySnapshot,
      sinksLoad: { loading: false, loadedAt: now, failure: { kind: 'unauthorized' } as const },
    };
    const connection = connectionTo(address, { id: 'Admin', name: 'Admin' });
    const clock = new TestClock(now);
    const monitor = new ServerMonitor({ connection, api: apiWith({}), clock, intervalMs: () => 0, snapshot });
    servers.setServers(serversOf(monitor));
    assert.equal(await find({ Reader: 'reader', Admin: 'rotated' }, { token: 'new' }), 'Admin');
    monitor.dispose();
  });

  it('finds the connection with the name of a CLI context whose token was rotated', async () => {
    assert.equal(await find({ Reader: 'reader', Admin: 'old' }, { token: 'new', name: 'Admin' }), 'Admin');
  });
});
