import type { SecretStorage } from 'vscode';
import { ConnectionStore } from '../../../src/connections/ConnectionStore.ts';
import { KnownConnections } from '../../../src/connections/KnownConnections.ts';
import { MetricsStore } from '../../../src/connections/MetricsStore.ts';
import { TokenStore } from '../../../src/connections/TokenStore.ts';
import { SettingsError } from '../../../src/contributions/SettingsError.ts';
import { Emitter } from '../../../src/shared/lifecycle.ts';
import { MementoStub } from '../MementoStub.ts';
import { now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

export const address = 'http://127.0.0.1:7376';
export const connection = { id: 'c1', address };
export const token = 'an-api-token';
export const dayMs = 24 * 3600_000;

/** Returns the kinds of the sign-in states of a window. */
export const getKinds = (window: ConnectionStore) => window.states.map(({ kind }) => kind);

type Secrets = Map<string, string>;

/** Creates a secret storage that keeps its values in a map. `overrides` replace some of its functions. */
function createSecretStorage(secrets: Secrets, overrides: Partial<SecretStorage>): SecretStorage {
  const changed = new Emitter<{ readonly key: string }>();
  return {
    keys: () => Promise.resolve([...secrets.keys()]),
    get: (key) => Promise.resolve(secrets.get(key)),
    store: (key, value) => {
      secrets.set(key, value);
      changed.fire({ key });
      return Promise.resolve();
    },
    delete: (key) => {
      secrets.delete(key);
      changed.fire({ key });
      return Promise.resolve();
    },
    onDidChange: changed.event,
    ...overrides,
  };
}

/** A profile of VS Code: the settings, secrets and mementos that its windows share. */
export class ConnectionProfile {
  readonly clock = new TestClock(now);
  readonly memento = new MementoStub();
  readonly problems: string[] = [];
  readonly secrets: Secrets;
  readonly #secretStorage: SecretStorage;
  readonly #settingChanged = new Emitter<void>();
  #setting: readonly unknown[] = [];
  /** Whether VS Code can't write the settings, for example because the file has unsaved changes. */
  isReadOnly = false;
  #windows: ConnectionStore[] = [];

  /** `secrets` are the stored values, which profiles can share. `overrides` replace functions of the secret storage. */
  constructor(options: { readonly secrets?: Secrets; readonly overrides?: Partial<SecretStorage> } = {}) {
    this.secrets = options.secrets ?? new Map<string, string>();
    this.#secretStorage = createSecretStorage(this.secrets, options.overrides ?? {});
  }

  /** The setting `sequin.connections`. */
  get setting(): readonly unknown[] {
    return this.#setting;
  }

  /** Changes the setting as if the user edited the file, and waits until all windows have read the setting. */
  async edit(setting: readonly unknown[]): Promise<void> {
    this.#setting = setting;
    this.#settingChanged.fire();
    await Promise.all(this.#windows.map((window) => window.load()));
  }

  /** Opens the metrics store of a window. In a remote window, `machineNames` are the names of the remote machine. */
  openMetrics(...machineNames: readonly string[]): MetricsStore {
    return new MetricsStore(this.#secretStorage, machineNames);
  }

  /** Opens a window. In a remote window, `machineNames` are the names of the remote machine. */
  async openWindow(...machineNames: readonly string[]): Promise<ConnectionStore> {
    const window = this.createWindow(...machineNames);
    await window.load();
    return window;
  }

  /** Creates a window that hasn't loaded its connections. */
  createWindow(...machineNames: readonly string[]): ConnectionStore {
    const onProblem = (problem: string): void => {
      this.problems.push(problem);
    };
    const getSetting = (): readonly unknown[] => this.#setting;
    const window = new ConnectionStore({
      settings: {
        get connections() {
          return getSetting();
        },
        setConnections: async (connections) => {
          // VS Code writes the file first, and reads it later.
          await Promise.resolve();
          if (this.isReadOnly) {
            throw new SettingsError(new Error('The file has unsaved changes.'));
          }
          // VS Code saves the setting as JSON, which leaves out undefined fields.
          this.#setting = JSON.parse(JSON.stringify(connections)) as unknown[];
          this.#settingChanged.fire();
        },
        onDidChange: (_name, listener) => this.#settingChanged.event(listener),
      },
      tokens: new TokenStore({ secrets: this.#secretStorage, machineNames, onProblem }),
      knownConnections: new KnownConnections(this.memento, this.clock),
    });
    this.#windows.push(window);
    return window;
  }

  /** Disposes the stores of all windows. */
  closeWindows(): void {
    for (const window of this.#windows) {
      window.dispose();
    }
    this.#windows = [];
  }
}
