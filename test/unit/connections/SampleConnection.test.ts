import assert from 'node:assert/strict';
import type { ConnectionStore } from '../../../src/connections/ConnectionStore.ts';
import type { Connection } from '../../../src/model/Connection.ts';
import { SampleServer } from '../../../src/sampleServer/SampleServer.ts';
import { ConnectionProfile } from './ConnectionProfile.ts';

const userConnection = { id: 'own', name: 'Zebra', address: 'http://127.0.0.1:7376' };

describe('the connection to the sample data', () => {
  let profile: ConnectionProfile;
  let window: ConnectionStore;

  beforeEach(async () => {
    profile = new ConnectionProfile();
    window = await profile.openWindow();
  });
  afterEach(() => {
    profile.closeWindows();
  });

  async function start(): Promise<Connection> {
    await window.startSample();
    const state = window.states.at(-1);
    assert.ok(state?.kind === 'signedIn' && state.connection.isSample);
    return state.connection;
  }

  const respondsTo = async ({ address }: Pick<Connection, 'address'>): Promise<boolean> =>
    fetch(address).then(
      () => true,
      () => false,
    );

  it('is listed after the user’s connections, and only in the window that started it', async () => {
    await window.signIn(userConnection, 'an-api-token');
    const otherWindow = await profile.openWindow();
    const { id, name } = await start();
    assert.equal(name, 'Sample Data');
    assert.deepEqual(
      window.states.map(({ connection }) => connection.id),
      ['own', id],
    );
    assert.equal(otherWindow.states.length, 1);
  });

  it('is stored nowhere, and can’t be renamed or marked as production', async () => {
    const connection = await start();
    await window.update(connection.id, { name: 'Shop', production: true });
    assert.deepEqual(await start(), connection, 'a second start added a connection');
    assert.deepEqual(profile.setting, []);
    assert.equal(profile.secrets.size, 0);
    assert.deepEqual(window.entries, []);
    assert.ok(!profile.memento.content.includes(connection.id));
  });

  it('is among the connections whose data this window keeps, until the user removes it', async () => {
    const { id } = await start();
    await window.signIn(userConnection, 'an-api-token');
    const getRetainedIds = (): readonly string[] => window.retained.map((connection) => connection.id);
    assert.deepEqual(getRetainedIds(), ['own', id]);
    await window.remove(id);
    assert.deepEqual(getRetainedIds(), ['own']);
  });

  it('has the token of its server, which stops when the user removes the connection', async () => {
    const connection = await start();
    assert.ok(await window.getToken(connection));
    assert.equal(await respondsTo(connection), true);
    await window.remove(connection.id);
    assert.deepEqual(window.states, []);
    assert.equal(await window.getToken(connection), undefined);
    assert.equal(await respondsTo(connection), false);
  });

  it('starts even while the tokens of other connections wait for the user to unlock a keyring', async () => {
    const unlocked = Promise.withResolvers<undefined>();
    const locked = new ConnectionProfile({ overrides: { get: () => unlocked.promise } });
    const lockedWindow = locked.createWindow();
    const loading = locked.edit([userConnection]);
    const getNames = (): string[] => lockedWindow.states.map(({ connection }) => connection.name);
    await lockedWindow.startSample();
    await lockedWindow.whenLoaded;
    assert.deepEqual(getNames(), ['Sample Data']);
    assert.deepEqual(
      lockedWindow.retained.map(({ id }) => id),
      ['own', lockedWindow.states[0]?.connection.id],
    );
    unlocked.resolve(undefined);
    await loading;
    assert.deepEqual(getNames(), ['Zebra', 'Sample Data']);
    locked.closeWindows();
  });

  describe('leaves no extra server running', () => {
    const startServer = SampleServer.start.bind(SampleServer);
    let addresses: string[];

    beforeEach(() => {
      addresses = [];
      SampleServer.start = async () => {
        const server = await startServer();
        addresses.push(server.address);
        return server;
      };
    });
    afterEach(() => {
      SampleServer.start = startServer;
    });

    const countServers = async (): Promise<number> => {
      const responses = await Promise.all(addresses.map((address) => respondsTo({ address })));
      return responses.filter(Boolean).length;
    };

    it('if the window closes while the server starts', async () => {
      const starting = window.startSample();
      profile.closeWindows();
      await starting;
      assert.deepEqual([addresses.length, await countServers()], [1, 0]);
    });

    it('if it is started twice at once', async () => {
      await Promise.all([window.startSample(), window.startSample()]);
      assert.deepEqual([window.states.length, await countServers()], [1, 1]);
    });
  });

  it('stops its server when the window closes', async () => {
    const connection = await start();
    profile.closeWindows();
    assert.equal(await respondsTo(connection), false);
  });
});
