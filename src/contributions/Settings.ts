import { ConfigurationTarget, workspace } from 'vscode';
import type { Disposable } from '../shared/lifecycle.ts';
import {
  describeInvalidConnections,
  type NotificationsSetting,
  parseSetting,
  type SettingDefinition,
  settingDefinitions,
} from './parseSetting.ts';
import { settingKeys, settingsSection } from './settingKeys.ts';
import { SettingsError } from './SettingsError.ts';

type SettingName = keyof typeof settingKeys;

/** The settings of the extension, each with a valid value whatever the user's settings contain. */
export class Settings {
  readonly #onProblem: (problem: string) => void;
  readonly #reportedProblems = new Set<string>();

  /** `onProblem` receives each different problem with a setting once, described in English for the log. */
  constructor(onProblem: (problem: string) => void) {
    this.#onProblem = onProblem;
  }

  /** The shortest interval between polls in milliseconds; 0 if the extension sends requests only on demand. */
  get refreshIntervalMs(): number {
    return 1000 * this.#parse(settingDefinitions.refreshInterval, this.#get('refreshInterval'));
  }

  get notifications(): NotificationsSetting {
    return this.#parse(settingDefinitions.notifications, this.#get('notifications'));
  }

  /** Whether the tree lists the sinks with a running backfill first. */
  get runningFirst(): boolean {
    return this.#parse(settingDefinitions.runningFirst, this.#get('runningFirst'));
  }

  /** Whether `sequin.yaml` files show the backfills of a sink above it. */
  get yamlCodeLens(): boolean {
    return this.#parse(settingDefinitions.yamlCodeLens, this.#get('yamlCodeLens'));
  }

  /** Whether the tree lists the databases of a connection. */
  get showDatabases(): boolean {
    return this.#parse(settingDefinitions.showDatabases, this.#get('showDatabases'));
  }

  /** The connections in the user settings. Always a list, but its entries may be invalid. A workspace can't change them. */
  get connections(): readonly unknown[] {
    const connections = this.#parse(settingDefinitions.connections, this.#getUserValue('connections'));
    this.#report(describeInvalidConnections(connections));
    return connections;
  }

  /**
   * Saves the connections in the user settings.
   * @throws SettingsError if VS Code can't write the settings
   */
  async setConnections(connections: readonly unknown[]): Promise<void> {
    try {
      await workspace
        .getConfiguration(settingsSection)
        .update(getKeyInSection('connections'), connections, ConfigurationTarget.Global);
    } catch (error) {
      throw new SettingsError(error);
    }
  }

  /** Calls the listener whenever the value of a setting may have changed. */
  onDidChange(name: SettingName, listener: () => void): Disposable {
    return workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(settingKeys[name])) {
        listener();
      }
    });
  }

  #get(name: SettingName): unknown {
    return workspace.getConfiguration(settingsSection).get(getKeyInSection(name));
  }

  #getUserValue(name: SettingName): unknown {
    return workspace.getConfiguration(settingsSection).inspect(getKeyInSection(name))?.globalValue;
  }

  #parse<T>(definition: SettingDefinition<T>, rawValue: unknown): T {
    const { value, problem } = parseSetting(definition, rawValue);
    this.#report(problem);
    return value;
  }

  #report(problem: string | undefined): void {
    if (problem !== undefined && !this.#reportedProblems.has(problem)) {
      this.#reportedProblems.add(problem);
      this.#onProblem(problem);
    }
  }
}

/** The key of a setting without the section of the extension, such as `refresh.interval`. */
function getKeyInSection(name: SettingName): string {
  return settingKeys[name].slice(settingsSection.length + 1);
}
