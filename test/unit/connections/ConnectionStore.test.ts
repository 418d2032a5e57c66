import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { getRefKey } from '../../../src/model/BackfillRef.ts';
import { getEventKey } from '../../../src/notifications/backfillEvents.ts';
import { getSnapshotPath } from '../../../src/servers/snapshotFile.ts';
import { backfill } from '../samples.ts';
import { address, connection, ConnectionProfile, getKinds } from './ConnectionProfile.ts';

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
    const formatStored = (value: string): string => JSON.stringify([{ token: value, address, machines: [] }]);
    reads[1]?.resolve(formatStored('new-token'));
    await last;
    reads[0]?.resolve(formatStored('old-token'));
    await first;
    const before = window.states;
    const next = window.load();
    reads[2]?.resolve(formatStored('new-token'));
    await next;
    assert.deepEqual(window.states, before);
    profile.closeWindows();
  });
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

  it('signs in with the saved tokens', async () => {
    const window = await profile.openWindow();
    assert.deepEqual(getKinds(window), ['signedIn', 'signedIn']);
    assert.deepEqual(await Promise.all(window.entries.map((entry) => window.getToken(entry))), [
      'local-token',
      'shop-token',
    ]);
    assert.deepEqual(profile.setting[0], { address }, 'opening a window changed the settings');
  });

  it('signs in to localhost on a remote machine, even after the machine’s container was rebuilt', async () => {
    const window = await profile.openWindow('dev-container+7b22', 'box');
    const entry = { id: address, address };
    assert.equal(await window.getToken(entry), 'box-token');
    assert.ok(!profile.secrets.has(`sequin.token:${address}@box`));
    assert.equal(await (await profile.openWindow('dev-container+7b22', 'new')).getToken(entry), 'box-token');
    assert.equal(await (await profile.openWindow()).getToken(entry), 'local-token');
  });

  it("signs in to localhost on a remote machine even if secret storage can't be written to", async () => {
    const overrides = { store: () => Promise.reject(new Error('locked')) };
    const readOnly = new ConnectionProfile({ secrets: profile.secrets, overrides });
    await readOnly.edit([{ address }]);
    assert.deepEqual(getKinds(await readOnly.openWindow('box')), ['signedIn']);
    assert.ok(profile.secrets.has(`sequin.token:${address}@box`));
    readOnly.closeWindows();
  });

  it('stays signed in when a change to the connection saves its id', async () => {
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

  it('derives the keys of snapshots, notification locks and rows from the address, as version 0.1.0 did', async () => {
    const { id } = (await profile.openWindow()).entries[0] ?? assert.fail();
    const hash = createHash('sha256').update(address).digest('hex');
    assert.equal(getSnapshotPath('folder', { id, address }), join('folder', 'snapshots', `${hash}.json`));
    assert.equal(
      getEventKey(id, 'completed', backfill({ id: 'b', sinkId: 's' })),
      `["${address}/s/b","completed",null]`,
    );
    assert.equal(getRefKey({ connectionId: id, sinkId: 's' }), `${address}/s`);
  });

  it("doesn't use the token of a connection that moved for a new entry with the old address", async () => {
    const window = await profile.openWindow();
    await profile.edit([{ address: shop }, { id: shop, address: 'https://moved' }]);
    assert.deepEqual(getKinds(window), ['signedOut', 'signedOut']);
  });
});
