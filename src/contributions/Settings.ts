import { ConfigurationTarget, workspace } from 'vscode';
import type { Disposable } from '../shared/lifecycle.ts';
import {
  describeInvalidConnections,
  type NotificationsSetting,
  parseSetting,
  type SettingDefinition,
  settingDefinitions,
  type SettingName,
} from './parseSetting.ts';
import { SettingsError } from './SettingsError.ts';

/** The settings of the extension. Each has a valid value even if the user's value is invalid. */
export class Settings {
  readonly #onProblem: (problem: string) => void;
  readonly #reportedProblems = new Set<string>();

  /** `onProblem` receives each different problem with a setting once, described in English for the log. */
  constructor(onProblem: (problem: string) => void) {
    this.#onProblem = onProblem;
  }

  /** The shortest interval between polls in milliseconds; 0 if the extension sends requests only on demand. */
  get refreshIntervalMs(): number {
    return 1000 * this.#get(settingDefinitions.refreshInterval);
  }

  get notifications(): NotificationsSetting {
    return this.#get(settingDefinitions.notifications);
  }

  /** Whether the tree lists the sinks with a running backfill first. */
  get runningFirst(): boolean {
    return this.#get(settingDefinitions.runningFirst);
  }

  /** Whether editors of `sequin.yaml` files show the backfills of each sink above the sink. */
  get yamlCodeLens(): boolean {
    return this.#get(settingDefinitions.yamlCodeLens);
  }

  /** Whether the tree lists the databases of a connection. */
  get showDatabases(): boolean {
    return this.#get(settingDefinitions.showDatabases);
  }

  /**
   * The connections in the user settings. Always a list, but its entries may be invalid. A workspace can't change this
   * setting, because its scope is `application`.
   */
  get connections(): readonly unknown[] {
    const connections = this.#get(settingDefinitions.connections);
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
        .getConfiguration()
        .update(settingDefinitions.connections.key, connections, ConfigurationTarget.Global);
    } catch (error) {
      throw new SettingsError(error);
    }
  }

  /** Calls the listener whenever the value of a setting may have changed. */
  onDidChange(name: SettingName, listener: () => void): Disposable {
    return workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(settingDefinitions[name].key)) {
        listener();
      }
    });
  }

  #get<T>(definition: SettingDefinition<T>): T {
    const { value, problem } = parseSetting(definition, workspace.getConfiguration().get(definition.key));
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
