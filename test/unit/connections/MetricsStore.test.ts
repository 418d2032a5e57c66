import assert from 'node:assert/strict';
import { ConnectionProfile } from './ConnectionProfile.ts';

const connection = { id: 'shop', address: 'https://sequin.example.com' };
const source = { url: 'https://sequin.example.com:8376/metrics', username: 'prom', password: 'secret' };
const local = { ...source, url: 'http://localhost:8376/metrics' };

describe('MetricsStore', () => {
  let profile: ConnectionProfile;

  beforeEach(() => {
    profile = new ConnectionProfile();
  });

  it('saves and deletes a URL with its credentials for all windows', async () => {
    const metrics = profile.openMetrics();
    const changed: string[] = [];
    profile.openMetrics().onDidChange((id) => changed.push(id));
    assert.equal(await metrics.set(connection, source), true);
    assert.deepEqual(await profile.openMetrics().get(connection), source);
    await metrics.set(connection, undefined);
    assert.equal(await metrics.get(connection), undefined);
    assert.deepEqual(changed, ['shop', 'shop']);
  });

  it('uses a URL and its credentials only with the connection address that they were set for', async () => {
    const metrics = profile.openMetrics();
    await metrics.set(connection, source);
    assert.equal(await metrics.get({ ...connection, address: 'https://other.example.com' }), undefined);
  });

  it('uses a loopback URL and its credentials only on the machine that they were set on', async () => {
    await profile.openMetrics('dev-container').set(connection, local);
    assert.deepEqual(await profile.openMetrics('dev-container', 'other').get(connection), local);
    assert.equal(await profile.openMetrics('ssh').get(connection), undefined);
    assert.equal(await profile.openMetrics().get(connection), undefined);
    await profile.openMetrics().set(connection, local);
    assert.equal(await profile.openMetrics('ssh').get(connection), undefined);
  });

  it('returns undefined for an invalid stored value', async () => {
    for (const value of ['', '{', 'null', JSON.stringify({ ...source, address: connection.address })]) {
      profile.secrets.set('sequin.metrics:shop', value);
      assert.equal(await profile.openMetrics().get(connection), undefined, value);
    }
  });

  it('returns false when secret storage rejects or loses a value', async () => {
    const unavailable = { store: () => Promise.reject(new Error('no keyring')) };
    const silent = { store: () => Promise.resolve() };
    for (const overrides of [unavailable, silent]) {
      const metrics = new ConnectionProfile({ overrides }).openMetrics();
      assert.equal(await metrics.set(connection, source), false);
    }
  });

  it('deletes the URL and its credentials when the user signs out', async () => {
    const window = await profile.openWindow();
    await window.signIn(connection, 'token');
    await profile.openMetrics().set(connection, source);
    await window.signOut('shop');
    assert.equal(await profile.openMetrics().get(connection), undefined);
  });
});
