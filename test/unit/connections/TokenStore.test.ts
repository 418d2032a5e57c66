import assert from 'node:assert/strict';
import type { SecretStorage } from 'vscode';
import type { ConnectionStore } from '../../../src/connections/ConnectionStore.ts';
import { SettingsError } from '../../../src/contributions/SettingsError.ts';
import { waitUntil } from '../waitUntil.ts';
import { address, connection, ConnectionProfile, getKinds, token } from './ConnectionProfile.ts';

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
    it(`can be kept for a single window if secret storage ${failure}`, async () => {
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

  it('is required to keep the data of its connection, unless the connection is hidden or invalid', async () => {
    const window = await openProfile().openWindow();
    const hidden = { id: 'c2', address, hidden: true };
    await profile.edit([connection, hidden, { id: 'c3', address: 'http://' }]);
    const getRetainedIds = (): string[] => window.retained.map(({ id }) => id);
    assert.deepEqual(getRetainedIds(), ['c3', 'c2']);
    await window.signIn(connection, token);
    assert.deepEqual(getRetainedIds(), ['c3', 'c1', 'c2']);
    await window.signOut(connection.id);
    assert.deepEqual(getRetainedIds(), ['c3', 'c2']);
  });

  it("isn't required to keep the data of its connection while secret storage can't be read, as with a locked keyring", async () => {
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

  it("is reported as not deleted if secret storage can't delete it, even while secret storage can't be read", async () => {
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

  it("doesn't keep other secrets from being deleted if it can't be deleted itself", async () => {
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

  it('is not reported as deleted if the password for metrics can’t be deleted', async () => {
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

  it('changes the state of its connection only if the connection had another token', async () => {
    const window = await openProfile().openWindow();
    await window.signIn(connection, token);
    const before = window.states;
    await window.signIn(connection, token);
    assert.deepEqual(window.states, before);
    await window.signIn(connection, `${token}2`);
    assert.notDeepEqual(window.states, before);
  });

  it('stays with its connection when connections are renamed, reordered or added', async () => {
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

  it("is saved together with a new id if its settings entry has none, so that entries with the same address aren't confused", async () => {
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

  it('replaces the token for the old address in a single change when its connection moves', async () => {
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

  it('makes its connection visible again if the connection was hidden', async () => {
    const window = await openProfile().openWindow();
    await profile.edit([{ ...connection, hidden: true }]);
    await window.signIn(connection, token);
    assert.deepEqual([profile.setting, getKinds(window)], [[connection], ['signedIn']]);
  });

  it('is saved without losing other changes that are made at the same time', async () => {
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

  it('stays available in other windows while one window moves its connection', async () => {
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

  it('is kept for the old address if the new address can’t be written to the settings', async () => {
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

    it('belongs to one machine if it is for a loopback address', async () => {
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

    it('is the same everywhere if it is for any other address', async () => {
      const shop = { id: 'c1', address: 'https://shop' };
      await (await openProfile().openWindow()).signIn(shop, token);
      assert.equal(await (await profile.openWindow('ssh-remote+box', 'box')).getToken(shop), token);
    });

    it('is still available after a container was rebuilt with a new host name', async () => {
      await (await openProfile().openWindow(container, '0a1b2c')).signIn(connection, token);
      const rebuilt = await profile.openWindow(container, '3d4e5f');
      assert.equal(await rebuilt.getToken(connection), token);
      assert.equal(await (await profile.openWindow('3d4e5f')).getToken(connection), undefined);
    });

    it('is found by the host name in a window without a folder', async () => {
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
      // Version 0.1.0 used a separate key for each remote machine.
      profile.secrets.set('sequin.token:c1@rebuilt', 'of a container that no longer exists');
      // If the address is changed by hand, the tokens for the old address are kept.
      await profile.edit([{ ...connection, address: 'https://moved' }]);
      await deleteSecrets(local);
      assert.deepEqual([...profile.secrets.keys()], ['sequin.token:c2']);
    });
  }
});
