import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import manifest from '../../package.json' with { type: 'json' };
import { Settings } from '../../src/contributions/Settings.ts';
import { ConnectionStore } from '../../src/connections/ConnectionStore.ts';
import { waitUntil } from './connectToEmulator.ts';

const address = 'http://127.0.0.1:7376';
const token = 'an-api-token';

/** Creates a secret storage in memory, in which some functions may be replaced. */
function createSecretStorage(replaced: Partial<vscode.SecretStorage> = {}): vscode.SecretStorage {
  const secrets = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.SecretStorageChangeEvent>();
  return {
    keys: () => Promise.resolve([...secrets.keys()]),
    get: (key: string) => Promise.resolve(secrets.get(key)),
    store: (key: string, value: string) => {
      secrets.set(key, value);
      changed.fire({ key });
      return Promise.resolve();
    },
    delete: (key: string) => {
      secrets.delete(key);
      changed.fire({ key });
      return Promise.resolve();
    },
    onDidChange: changed.event,
    ...replaced,
  };
}

describe('an API token', () => {
  let stores: ConnectionStore[];
  let problems: string[];

  beforeEach(() => {
    stores = [];
    problems = [];
  });
  afterEach(async () => {
    await stores[0]?.remove(address).catch(() => undefined);
    for (const store of stores) {
      store.dispose();
    }
  });

  /** Opens the connections as one more window does. */
  async function openStore(secrets: vscode.SecretStorage): Promise<ConnectionStore> {
    const store = new ConnectionStore(secrets, new Settings((problem) => problems.push(problem)), (problem) =>
      problems.push(problem),
    );
    stores.push(store);
    await store.load();
    return store;
  }
  const kindsOf = (store: ConnectionStore) => store.states.map(({ kind }) => kind);

  const failures: readonly (readonly [string, Partial<vscode.SecretStorage>])[] = [
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
  for (const [failure, replaced] of failures) {
    it(`is kept for this window only, if the user agrees, when secret storage ${failure}`, async () => {
      const store = await openStore(createSecretStorage(replaced));
      assert.equal(await store.signIn(address, token), false);
      assert.equal(await store.getToken(address), undefined);
      assert.deepEqual(store.states, []);

      assert.equal(await store.signIn(address, token, undefined, { thisWindowOnly: true }), true);
      assert.equal(await store.getToken(address), token);
      assert.deepEqual(kindsOf(store), ['signedIn']);
      assert.ok(!problems.join().includes(token), 'the token would appear in the log');

      assert.equal(await store.signOut(address), true);
      assert.deepEqual(kindsOf(store), ['signedOut']);

      const otherWindow = await openStore(createSecretStorage(replaced));
      assert.equal(await otherWindow.getToken(address), undefined, 'another window has the token');
    });
  }

  it("is reported as not deleted when secret storage can't delete it", async () => {
    const store = await openStore(createSecretStorage({ delete: () => Promise.reject(new Error('locked')) }));
    await store.signIn(address, token);
    assert.equal(await store.signOut(address), false);
  });

  it('signs in and out in all windows at once', async () => {
    const secrets = createSecretStorage();
    const [thisWindow, otherWindow] = [await openStore(secrets), await openStore(secrets)];
    const kindInOtherWindow = () => otherWindow.states[0]?.kind;
    await thisWindow.signIn(address, token);
    await waitUntil(otherWindow.onDidChange, () => kindInOtherWindow() === 'signedIn');
    await thisWindow.signOut(address);
    await waitUntil(otherWindow.onDidChange, () => kindInOtherWindow() === 'signedOut');
    assert.equal(await otherWindow.getToken(address), undefined);
  });

  it('changes the state of its connection only when a different token is entered', async () => {
    const store = await openStore(createSecretStorage());
    await store.signIn(address, token);
    const before = store.states;
    await store.signIn(address, token);
    assert.deepEqual(store.states, before);
    await store.signIn(address, `${token}2`);
    assert.notDeepEqual(store.states, before);
  });
});

describe('workspace settings', () => {
  it('can change neither connections nor notifications', () => {
    const { properties } = manifest.contributes.configuration;
    const allowed = Object.entries(properties).filter(([, { scope }]) => scope !== 'application');
    assert.deepEqual(
      allowed.map(([name]) => name),
      ['sequin.tree.runningFirst'],
    );
  });
});
