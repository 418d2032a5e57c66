import assert from 'node:assert/strict';
import type { ConnectionStore } from '../../../src/connections/ConnectionStore.ts';
import { waitUntil } from '../waitUntil.ts';
import { address, connection, ConnectionProfile, dayMs, getKinds, token } from './ConnectionProfile.ts';

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

  it('lose their token when secret storage is unlocked if it was still locked after a day', async () => {
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

  it('keep their token if they return within a day, even several times', async () => {
    for (let round = 0; round < 3; round += 1) {
      await profile.edit([]);
      await profile.clock.advance(dayMs - 1);
      await profile.edit([connection]);
    }
    assert.deepEqual(getKinds(window), ['signedIn']);
  });

  it('keep their token for a day, even if the clock is set back in the meantime', async () => {
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

  it('keep their saved data for a day, so that a mistake in the settings file costs nothing', async () => {
    await profile.edit([]);
    assert.deepEqual(window.retained, [{ id: connection.id, address: connection.address }]);
    await profile.clock.advance(dayMs);
    await window.load();
    await waitUntil(() => window.retained.length === 0);
  });

  it('lose their saved data at once when the user removes them', async () => {
    await window.remove(connection.id);
    assert.deepEqual(window.retained, []);
  });

  it('keep their token if they are missing only in a profile that never had them', async () => {
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

  it('are known until they are removed or have been missing for a day, even if they are signed out', async () => {
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

  // If one of these values were accepted, reading it would fail, or the token would be deleted.
  for (const invalid of ['text', 7, { c1: 0 }, [['c1', 0, 0]], [['c1', '0']], [[['c1'], 0]]]) {
    it(`keep their token if the memento contains the invalid value ${JSON.stringify(invalid)}`, async () => {
      await profile.edit([]);
      await profile.memento.update('sequin.knownConnections', invalid);
      await profile.openWindow();
      assert.deepEqual([...profile.secrets.keys()], ['sequin.token:c1']);
    });
  }
});
