import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { SecretStorage } from 'vscode';
import type { ConnectionStore } from '../../../src/connections/ConnectionStore.ts';
import { SettingsError } from '../../../src/contributions/SettingsError.ts';
import { getRefKey } from '../../../src/model/BackfillRef.ts';
import { getEventKey } from '../../../src/notifications/backfillEvents.ts';
import { getSnapshotPath } from '../../../src/servers/snapshotFile.ts';
import { backfill } from '../samples.ts';
import { waitUntil } from '../waitUntil.ts';
import { ConnectionProfile } from './ConnectionProfile.ts';

const address = 'http://127.0.0.1:7376';
const connection = { id: 'c1', address };
const token = 'an-api-token';
const dayMs = 24 * 3600_000;

const getKinds = (window: ConnectionStore) => window.states.map(({ kind }) => kind);

/** Creates a profile in which each read of a secret waits until the test resolves it. */
function createSlowProfile(): {
  readonly profile: ConnectionProfile;
  readonly reads: readonly PromiseWithResolvers<string | undefined>[];
} {
  const reads: PromiseWithResolvers<string | undefined>[] = [];
  const get = (): Promise<string | undefined> => {
    const read = Promise.withResolvers<string | undefined>();
    reads.push(read);
    return read.promise;
  };
  return { profile: new ConnectionProfile({ overrides: { get } }), reads };
}

describe('ConnectionStore', () => {
  it('is loaded only when the last of several concurrent loads has ended', async () => {
    const { profile, reads } = createSlowProfile();
    await profile.edit([connection]);
    const window = profile.createWindow();
    let isLoaded = false;
    void window.whenLoaded.then(() => (isLoaded = true));
    const [first, last] = [window.load(), window.load()];
    reads[0]?.resolve(undefined);
    await first;
    assert.deepEqual([isLoaded, getKinds(window)], [false, []]);
    reads[1]?.resolve(undefined);
    await last;
    assert.deepEqual([isLoaded, getKinds(window)], [true, ['signedOut']]);
    profile.closeWindows();
  });

  it('ignores the old token that an earlier load returns late', async () => {
    const { profile, reads } = createSlowProfile();
    await profile.edit([connection]);
    const window = profile.createWindow();
    const [first, last] = [window.load(), window.load()];
    const stored = (value: string): string => JSON.stringify([{ token: value, address, machines: [] }]);
    reads[1]?.resolve(stored('new-token'));
    await last;
    reads[0]?.resolve(stored('old-token'));
    await first;
    const before = window.states;
    const next = window.load();
    reads[2]?.resolve(stored('new-token'));
    await next;
    assert.deepEqual(window.states, before);
    profile.closeWindows();
  });
});

describe('an API token', () => {
  let profile: ConnectionProfile;

  const openProfile = (overrides: Partial<SecretStorage> = {}): ConnectionProfile =>
    (profile = new ConnectionProfile({ overrides }));
  afterEach(() => {
    profile.closeWindows();
  });

  const failures: readonly (readonly [string, Partial<SecretStorage>])[] = [
    [
      'rejects it',
      {
        store: () => Promise.reject(new Error(`no keyring for ${token}`)),
        delete: () => Promise.reject(new Error('no keyring')),
      },
    ],
    ['loses it', { store: () => Promise.resolve() }],
    ["can't be read", { get: () => Promise.reject(new Error(`locked: ${token}`)) }],
  ];
  for (const [failure, overrides] of failures) {
    it(`is kept for this window only, if the user agrees, when secret storage ${failure}`, async () => {
      const window = await openProfile(overrides).openWindow();
      assert.equal(await window.signIn(connection, token), false);
      assert.equal(await window.getToken(connection), undefined);
      assert.deepEqual(window.states, []);

      assert.equal(await window.signIn(connection, token, { thisWindowOnly: true }), true);
      assert.equal(await window.getToken(connection), token);
      assert.deepEqual(getKinds(window), ['signedIn']);
      assert.ok(!profile.problems.join().includes(token), 'the token would appear in the log');

      const otherWindow = await profile.openWindow();
      assert.equal(await otherWindow.getToken(connection), undefined, 'another window has the token');

      assert.equal(await window.signOut(connection.id), true);
      assert.deepEqual(getKinds(window), ['signedOut']);
    });
  }

  it('is required for the data of its connection to be kept, unless the connection is hidden or invalid', async () => {
    const window = await openProfile().openWindow();
    const hidden = { id: 'c2', address, hidden: true };
    await profile.edit([connection, hidden, { id: 'c3', address: 'http://' }]);
    const retainedIds = (): string[] => window.retained.map(({ id }) => id);
    assert.deepEqual(retainedIds(), ['c3', 'c2']);
    await window.signIn(connection, token);
    assert.deepEqual(retainedIds(), ['c3', 'c1', 'c2']);
    await window.signOut(connection.id);
    assert.deepEqual(retainedIds(), ['c3', 'c2']);
  });

  it("isn't required for the data of its connection to be kept while it can't be read, for example from a locked keyring", async () => {
    const get = (key: string): Promise<string | undefined> =>
      key.endsWith('c1') ? Promise.reject(new Error('locked')) : Promise.resolve(undefined);
    const window = await openProfile({ get }).openWindow();
    await profile.edit([connection, { id: 'c2', address, name: 'Readable' }]);
    assert.deepEqual(getKinds(window), ['signedOut', 'signedOut']);
    assert.deepEqual(
      window.retained.map(({ id }) => id),
      ['c1'],
    );
  });

  it("is reported as not deleted when secret storage can't delete it, readable or not", async () => {
    let isReadable = true;
    const get = (key: string): Promise<string | undefined> =>
      isReadable ? Promise.resolve(profile.secrets.get(key)) : Promise.reject(new Error('locked'));
    const window = await openProfile({ get, delete: () => Promise.reject(new Error('locked')) }).openWindow();
    await window.signIn(connection, token);
    assert.equal(await window.signOut(connection.id), false);
    isReadable = false;
    assert.equal(await window.signOut(connection.id), false);
    assert.equal(await window.remove(connection.id), false);
  });

  it("leaves no other secret behind when it can't be deleted", async () => {
    openProfile({
      delete: async (key) => {
        await Promise.resolve();
        if (key === 'sequin.token:c1') {
          throw new Error('locked');
        }
        profile.secrets.delete(key);
      },
    });
    const window = await profile.openWindow();
    await window.signIn(connection, token);
    await profile.openMetrics().set(connection, { url: 'http://host/metrics', username: 'u', password: 'p' });
    assert.equal(await window.signOut(connection.id), false);
    assert.deepEqual([...profile.secrets.keys()], ['sequin.token:c1']);
  });

  it('is reported as not deleted while the password for metrics is left', async () => {
    const locked = (key: string): Promise<void> =>
      key.startsWith('sequin.metrics:') ? Promise.reject(new Error('locked')) : Promise.resolve();
    const window = await openProfile({ delete: locked }).openWindow();
    await profile.openMetrics().set(connection, { url: 'http://host/metrics', username: 'u', password: 'p' });
    assert.equal(await window.signOut(connection.id), false);
  });

  it('is available in all windows once it is saved, and in none once it is deleted', async () => {
    openProfile();
    const [thisWindow, otherWindow] = [await profile.openWindow(), await profile.openWindow()];
    await thisWindow.signIn(connection, token);
    await waitUntil(() => otherWindow.states[0]?.kind === 'signedIn');
    await thisWindow.signOut(connection.id);
    await waitUntil(() => otherWindow.states[0]?.kind === 'signedOut');
    assert.equal(await otherWindow.getToken(connection), undefined);
  });

  it('changes the state of its connection only when a different token is entered', async () => {
    const window = await openProfile().openWindow();
    await window.signIn(connection, token);
    const before = window.states;
    await window.signIn(connection, token);
    assert.deepEqual(window.states, before);
    await window.signIn(connection, `${token}2`);
    assert.notDeepEqual(window.states, before);
  });

  it('stays with its connection through a new name, a new order and other connections', async () => {
    const window = await openProfile().openWindow();
    await window.signIn(connection, token);
    const others = [{ address }, { id: 'c2', address: 'http://other' }];
    for (const setting of [
      [{ ...connection, name: 'Renamed' }],
      [...others, connection],
      [connection, ...others],
      [{ ...connection, address: `${address}/api/` }],
    ]) {
      await profile.edit(setting);
      const signedIn = window.states.flatMap((state) =>
        state.kind === 'signedIn' ? [state.connection.id] : [],
      );
      assert.deepEqual(signedIn, ['c1']);
    }
  });

  const otherAddresses = [
    'http://127.0.0.1:7377',
    'https://127.0.0.1:7376',
    `${address}/team`,
    'http://evil',
  ];
  it("isn't used after the address of its connection is changed in the settings", async () => {
    const window = await openProfile().openWindow();
    await window.signIn(connection, token);
    for (const other of otherAddresses) {
      await profile.edit([{ ...connection, address: other }]);
      assert.deepEqual(getKinds(window), ['signedOut'], other);
      assert.equal(await window.getToken({ ...connection, address: other }), undefined);
    }
  });

  it('is used again once the settings have its address again', async () => {
    const window = await openProfile().openWindow();
    await window.signIn(connection, token);
    await profile.edit([{ ...connection, address: 'http://typo' }]);
    await profile.edit([]);
    await profile.edit([connection]);
    assert.equal(await window.getToken(connection), token);
    assert.deepEqual(getKinds(window), ['signedIn']);
  });

  it('belongs to one account, even if another account has the same address', async () => {
    const window = await openProfile().openWindow();
    const [admin, reader] = [
      { id: 'c1', address, name: 'Admin' },
      { id: 'c2', address, name: 'Reader' },
    ];
    await window.signIn(admin, 'admin-token');
    await window.signIn(reader, 'reader-token');
    assert.deepEqual(profile.setting, [admin, reader]);
    assert.deepEqual(
      [await window.getToken(admin), await window.getToken(reader)],
      ['admin-token', 'reader-token'],
    );
    await window.signOut(admin.id);
    assert.deepEqual(getKinds(window), ['signedOut', 'signedIn']);
    await window.remove(admin.id);
    assert.equal(await window.getToken(reader), 'reader-token');
    assert.deepEqual(profile.setting, [reader]);
  });

  it("is saved together with a new id in the settings for an entry without one, so that entries aren't confused", async () => {
    const window = await openProfile().openWindow();
    await profile.edit([
      { address, name: 'First' },
      { address, name: 'Second' },
    ]);
    const [first, second] = window.entries;
    await window.signIn(first ?? assert.fail(), 'first-token');
    await window.signIn(second ?? assert.fail(), 'second-token');
    await profile.edit(profile.setting.slice(1));
    assert.equal(window.entries[0]?.name, 'Second');
    assert.equal(await window.getToken(window.entries[0]), 'second-token');
  });

  it('replaces the one for the old address when its connection moves, in one change', async () => {
    const window = await openProfile().openWindow();
    await window.signIn({ ...connection, name: 'Shop' }, token);
    await profile.openMetrics().set(connection, { url: 'http://host/metrics', username: 'u', password: 'p' });
    const kinds: string[][] = [];
    window.onDidChange(() => kinds.push(getKinds(window)));
    const moved = { id: connection.id, address: 'https://moved' };
    await window.signIn(moved, 'moved-token');
    assert.deepEqual(kinds, [['signedIn']]);
    assert.deepEqual(profile.setting, [{ ...moved, name: 'Shop' }]);
    assert.equal(await window.getToken(moved), 'moved-token');
    assert.equal(await window.getToken(connection), undefined);
    assert.deepEqual([...profile.secrets.keys()], ['sequin.token:c1']);
    assert.ok(![...profile.secrets.values()].join().includes(token));
  });

  it('shows its connection again if that was hidden', async () => {
    const window = await openProfile().openWindow();
    await profile.edit([{ ...connection, hidden: true }]);
    await window.signIn(connection, token);
    assert.deepEqual([profile.setting, getKinds(window)], [[connection], ['signedIn']]);
  });

  it('is saved together with other changes at the same time, none of which is lost', async () => {
    const window = await openProfile().openWindow();
    const other = { id: 'c2', address: 'http://other' };
    await profile.edit([connection, other]);
    profile.isReadOnly = true;
    await assert.rejects(window.update('c1', { name: 'Unsaved' }));
    profile.isReadOnly = false;
    await Promise.all([
      window.update('c1', { production: true }),
      window.signIn({ id: 'c3', address }, token),
      window.update('c2', { hidden: true }),
    ]);
    assert.deepEqual(profile.setting, [
      { ...connection, production: true },
      { ...other, hidden: true },
      { id: 'c3', address },
    ]);
    assert.deepEqual(getKinds(window), ['signedOut', 'signedIn']);
  });

  it('is kept in every window while its connection moves in one of them', async () => {
    const window = await openProfile().openWindow();
    const otherWindow = await profile.openWindow();
    await window.signIn(connection, token);
    await waitUntil(() => otherWindow.states[0]?.kind === 'signedIn');
    const kinds: string[] = [];
    otherWindow.onDidChange(() => kinds.push(...getKinds(otherWindow)));
    await window.signIn({ id: connection.id, address: 'https://moved' }, 'moved-token');
    await waitUntil(() => otherWindow.entries[0]?.address === 'https://moved');
    assert.deepEqual(kinds, ['signedIn']);
  });

  it('for the old address is kept if the settings with the new one can’t be written', async () => {
    const window = await openProfile().openWindow();
    await window.signIn(connection, token);
    profile.isReadOnly = true;
    await assert.rejects(window.signIn({ id: connection.id, address: 'https://moved' }, 'moved-token'));
    assert.deepEqual(getKinds(window), ['signedIn']);
    assert.equal(await window.getToken(connection), token);
  });

  it('is not stored if its new connection can’t be added to the settings', async () => {
    const window = await openProfile().openWindow();
    profile.isReadOnly = true;
    await assert.rejects(window.signIn(connection, token), SettingsError);
    assert.equal(profile.secrets.size, 0);
  });

  describe('in remote windows', () => {
    const container = 'dev-container+7b22';

    it('for a loopback address belongs to one machine', async () => {
      const local = await openProfile().openWindow();
      const remote = await profile.openWindow('ssh-remote+box', 'box');
      const otherRemote = await profile.openWindow('ssh-remote+other', 'other');
      await local.signIn(connection, 'local-token');
      assert.deepEqual(getKinds(remote), ['signedOut']);
      await remote.signIn(connection, 'remote-token');
      assert.deepEqual(
        [await local.getToken(connection), await remote.getToken(connection)],
        ['local-token', 'remote-token'],
      );
      assert.equal(await otherRemote.getToken(connection), undefined);
    });

    it('for any other address is the same everywhere', async () => {
      const shop = { id: 'c1', address: 'https://shop' };
      await (await openProfile().openWindow()).signIn(shop, token);
      assert.equal(await (await profile.openWindow('ssh-remote+box', 'box')).getToken(shop), token);
    });

    it('survives the rebuild of a container, which changes its host name', async () => {
      await (await openProfile().openWindow(container, '0a1b2c')).signIn(connection, token);
      const rebuilt = await profile.openWindow(container, '3d4e5f');
      assert.equal(await rebuilt.getToken(connection), token);
      assert.equal(await (await profile.openWindow('3d4e5f')).getToken(connection), undefined);
    });

    it('is found in a window without a folder by the host name', async () => {
      await (await openProfile().openWindow('ssh-remote+box', 'box')).signIn(connection, token);
      assert.equal(await (await profile.openWindow('box')).getToken(connection), token);
    });
  });

  for (const [command, deleteSecrets] of [
    ['Sign Out', (window: ConnectionStore) => window.signOut(connection.id)],
    ['Remove', (window: ConnectionStore) => window.remove(connection.id)],
  ] as const) {
    it(`is deleted by ${command} for every machine and address`, async () => {
      const local = await openProfile().openWindow();
      await local.signIn(connection, 'local-token');
      await (await profile.openWindow('box')).signIn(connection, 'remote-token');
      profile.secrets.set('sequin.token:c2', 'of another connection');
      // Version 0.1.0 had one key for each remote machine.
      profile.secrets.set('sequin.token:c1@rebuilt', 'of a container that no longer exists');
      // A change of the address by hand leaves the tokens for the old one.
      await profile.edit([{ ...connection, address: 'https://moved' }]);
      await deleteSecrets(local);
      assert.deepEqual([...profile.secrets.keys()], ['sequin.token:c2']);
    });
  }
});

describe('ConnectionStore with the data of version 0.1.0', () => {
  const shop = 'https://shop.example/sequin';
  let profile: ConnectionProfile;

  beforeEach(async () => {
    profile = new ConnectionProfile({
      secrets: new Map([
        [`sequin.token:${address}`, 'local-token'],
        [`sequin.token:${address}@box`, 'box-token'],
        [`sequin.token:${shop}`, 'shop-token'],
      ]),
    });
    await profile.edit([{ address }, { name: 'Shop', address: shop, production: true }]);
  });
  afterEach(() => {
    profile.closeWindows();
  });

  it('signs in with the same tokens', async () => {
    const window = await profile.openWindow();
    assert.deepEqual(getKinds(window), ['signedIn', 'signedIn']);
    assert.deepEqual(await Promise.all(window.entries.map((entry) => window.getToken(entry))), [
      'local-token',
      'shop-token',
    ]);
    assert.deepEqual(profile.setting[0], { address }, 'opening a window changed the settings');
  });

  it('signs in to localhost of a remote machine, also after its container was rebuilt', async () => {
    const window = await profile.openWindow('dev-container+7b22', 'box');
    const entry = { id: address, address };
    assert.equal(await window.getToken(entry), 'box-token');
    assert.ok(!profile.secrets.has(`sequin.token:${address}@box`));
    assert.equal(await (await profile.openWindow('dev-container+7b22', 'new')).getToken(entry), 'box-token');
    assert.equal(await (await profile.openWindow()).getToken(entry), 'local-token');
  });

  it("signs in to localhost of a remote machine although secret storage can't be written", async () => {
    const overrides = { store: () => Promise.reject(new Error('locked')) };
    const readOnly = new ConnectionProfile({ secrets: profile.secrets, overrides });
    await readOnly.edit([{ address }]);
    assert.deepEqual(getKinds(await readOnly.openWindow('box')), ['signedIn']);
    assert.ok(profile.secrets.has(`sequin.token:${address}@box`));
    readOnly.closeWindows();
  });

  it('stays signed in after a change of the connection, which saves its id', async () => {
    const window = await profile.openWindow();
    await window.update(shop, { name: 'Production shop' });
    assert.deepEqual(profile.setting[1], {
      name: 'Production shop',
      address: shop,
      production: true,
      id: shop,
    });
    assert.deepEqual(getKinds(window), ['signedIn', 'signedIn']);
    await window.signIn({ id: shop, address: 'https://moved' }, 'moved-token');
    assert.deepEqual(
      window.states.map(({ connection }) => connection.id),
      [address, shop],
    );
  });

  it('uses the same keys for snapshots, locks of notifications and rows', async () => {
    const { id } = (await profile.openWindow()).entries[0] ?? assert.fail();
    const hash = createHash('sha256').update(address).digest('hex');
    assert.equal(getSnapshotPath('folder', { id, address }), join('folder', 'snapshots', `${hash}.json`));
    assert.equal(
      getEventKey(id, { kind: 'completed', backfill: backfill({ id: 'b', sinkId: 's' }) }),
      `["${address}/s/b","completed",null]`,
    );
    assert.equal(getRefKey({ connectionId: id, sinkId: 's' }), `${address}/s`);
  });

  it("doesn't use the token of a connection that moved for a new entry with its old address", async () => {
    const window = await profile.openWindow();
    await profile.edit([{ address: shop }, { id: shop, address: 'https://moved' }]);
    assert.deepEqual(getKinds(window), ['signedOut', 'signedOut']);
  });
});

describe('connections that disappear from the settings', () => {
  let profile: ConnectionProfile;
  let window: ConnectionStore;

  beforeEach(async () => {
    profile = new ConnectionProfile();
    window = await profile.openWindow();
    await window.signIn(connection, token);
  });
  afterEach(() => {
    profile.closeWindows();
  });

  it('lose their token after a day', async () => {
    await profile.edit([]);
    await profile.clock.advance(dayMs - 1);
    await profile.openWindow();
    assert.equal(profile.secrets.size, 1);
    await profile.clock.advance(1);
    await profile.openWindow();
    assert.equal(profile.secrets.size, 0);
    await waitUntil(() => !profile.memento.content.includes('c1'));
  });

  it('lose their token once secret storage is unlocked, if it is locked after a day', async () => {
    let isLocked = true;
    const secrets = new Map<string, string>();
    const remove = async (key: string): Promise<void> => {
      await Promise.resolve();
      if (isLocked) {
        throw new Error('locked');
      }
      secrets.delete(key);
    };
    const locked = new ConnectionProfile({ secrets, overrides: { delete: remove } });
    await (await locked.openWindow()).signIn(connection, token);
    await locked.edit([]);
    await locked.clock.advance(dayMs);
    await locked.openWindow();
    assert.equal(secrets.size, 1);
    isLocked = false;
    await locked.openWindow();
    await waitUntil(() => secrets.size === 0);
    locked.closeWindows();
  });

  it('keep their token if they return within a day, each time', async () => {
    for (let round = 0; round < 3; round += 1) {
      await profile.edit([]);
      await profile.clock.advance(dayMs - 1);
      await profile.edit([connection]);
    }
    assert.deepEqual(getKinds(window), ['signedIn']);
  });

  it('keep their token for a day, even if the clock is set back meanwhile', async () => {
    await profile.edit([]);
    profile.clock.setBack(10 * dayMs);
    await profile.openWindow();
    await profile.clock.advance(dayMs - 1);
    await profile.openWindow();
    assert.equal(profile.secrets.size, 1);
    await profile.clock.advance(1);
    await profile.openWindow();
    assert.equal(profile.secrets.size, 0);
  });

  it('keep their token if they are missing only in another profile, which never had them', async () => {
    const other = new ConnectionProfile({ secrets: profile.secrets });
    await other.openWindow();
    await other.clock.advance(10 * dayMs);
    await other.openWindow();
    assert.equal(await window.getToken(connection), token);
    other.closeWindows();
  });

  it('are forgotten at once when the user removes them', async () => {
    await window.remove(connection.id);
    assert.equal(profile.secrets.size, 0);
    assert.ok(!profile.memento.content.includes('c1'));
  });

  it('are known until they are removed or have been missing for a day, signed in or not', async () => {
    const changes: readonly (readonly [change: () => Promise<unknown>, knownIds: readonly string[]])[] = [
      [() => window.signOut('c1'), ['c1']],
      [() => profile.edit([{ ...connection, address: 'http://other' }]), ['c1']],
      [() => profile.edit([{ ...connection, address: 'not an address' }]), ['c1']],
      [() => profile.edit([{ ...connection, hidden: true }]), ['c1']],
      [() => profile.edit([]), ['c1']],
      [() => profile.clock.advance(dayMs - 1).then(() => window.load()), ['c1']],
      [() => profile.edit([connection, { id: 'c2', address }]), ['c1', 'c2']],
      [() => window.remove('c1'), ['c2']],
      [() => profile.edit([]), ['c2']],
      [() => profile.clock.advance(dayMs).then(() => window.load()), []],
    ];
    for (const [change, knownIds] of changes) {
      await change();
      await new Promise(setImmediate); // The data of missing connections is deleted after the load.
      assert.deepEqual(window.knownIds, knownIds);
    }
  });

  // A reader that accepts one of these values fails, or deletes the token.
  for (const invalid of ['text', 7, { c1: 0 }, [['c1', 0, 0]], [['c1', '0']], [[['c1'], 0]]]) {
    it(`keep their token if the memento contains ${JSON.stringify(invalid)}`, async () => {
      await profile.edit([]);
      await profile.memento.update('sequin.knownConnections', invalid);
      await profile.openWindow();
      assert.deepEqual([...profile.secrets.keys()], ['sequin.token:c1']);
    });
  }
});
