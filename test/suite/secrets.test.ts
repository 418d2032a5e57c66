import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import manifest from '../../package.json' with { type: 'json' };
import { ConnectionStore } from '../../src/connections/ConnectionStore.ts';

const address = 'http://127.0.0.1:7376';
const token = 'a-token-of-somebody';

/** A secret storage that keeps what it is given in a map, but for what is said. */
function secretsThat(different: Partial<vscode.SecretStorage> = {}): vscode.SecretStorage {
  const kept = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.SecretStorageChangeEvent>();
  return {
    keys: () => Promise.resolve([...kept.keys()]),
    get: (key: string) => Promise.resolve(kept.get(key)),
    store: (key: string, value: string) => {
      kept.set(key, value);
      changed.fire({ key });
      return Promise.resolve();
    },
    delete: (key: string) => {
      kept.delete(key);
      changed.fire({ key });
      return Promise.resolve();
    },
    onDidChange: changed.event,
    ...different,
  };
}

describe('a token', () => {
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

  function open(secrets: vscode.SecretStorage): ConnectionStore {
    const store = new ConnectionStore(secrets, (problem) => problems.push(problem));
    stores.push(store);
    return store;
  }

  const broken: readonly (readonly [string, Partial<vscode.SecretStorage>])[] = [
    [
      'refuses',
      {
        store: () => Promise.reject(new Error(`no keyring for ${token}`)),
        delete: () => Promise.reject(new Error('no keyring')),
      },
    ],
    ['forgets', { store: () => Promise.resolve() }],
    ['cannot be read', { get: () => Promise.reject(new Error(`locked: ${token}`)) }],
  ];
  for (const [what, different] of broken) {
    it(`is held for this window alone where the secret storage ${what}, and only if the user agrees`, async () => {
      const store = open(secretsThat(different));
      await store.load();
      assert.equal(await store.signIn(address, token), false);
      assert.equal(await store.token(address), undefined);
      assert.deepEqual(store.states, []);

      assert.equal(await store.signIn(address, token, undefined, { thisWindowOnly: true }), true);
      assert.equal(await store.token(address), token);
      assert.deepEqual(
        store.states.map(({ kind }) => kind),
        ['signedIn'],
      );
      assert.ok(!problems.join().includes(token), 'the log would have the token');

      assert.equal(await store.signOut(address), true);
      assert.deepEqual(
        store.states.map(({ kind }) => kind),
        ['signedOut'],
      );

      const next = open(secretsThat(different));
      await next.load();
      assert.equal(await next.token(address), undefined, 'another window has it too');
    });
  }

  it('that the secret storage does not let go of is still there, and that is said', async () => {
    const store = open(secretsThat({ delete: () => Promise.reject(new Error('locked')) }));
    await store.load();
    await store.signIn(address, token);
    assert.equal(await store.signOut(address), false);
  });

  it('that is entered or deleted in one window is so in the others', async () => {
    const secrets = secretsThat();
    const here = open(secrets);
    const there = open(secrets);
    const kindThere = () => there.states[0]?.kind;
    const told = async (kind: string) => {
      if (kindThere() !== kind) {
        await new Promise<void>((resolve) => {
          const subscription = there.onDidChange(() => {
            if (kindThere() === kind) {
              subscription.dispose();
              resolve();
            }
          });
        });
      }
    };
    await Promise.all([here.load(), there.load()]);
    await here.signIn(address, token);
    await told('signedIn');
    await here.signOut(address);
    await told('signedOut');
    assert.equal(await there.token(address), undefined);
  });

  it('is another one, and no other connection is, where it is entered anew', async () => {
    const store = open(secretsThat());
    await store.load();
    await store.signIn(address, token);
    const before = store.states;
    await store.signIn(address, token);
    assert.deepEqual(store.states, before);
    await store.signIn(address, `${token}2`);
    assert.notDeepEqual(store.states, before);
  });
});

describe('a workspace', () => {
  it('can set nothing that says whom to ask or whether to tell', () => {
    const { properties } = manifest.contributes.configuration;
    const free = Object.entries(properties).filter(([, { scope }]) => scope !== 'application');
    assert.deepEqual(
      free.map(([name]) => name),
      ['sequin.tree.runningFirst'],
    );
  });
});
