import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { chooseYamlConnectionCommand, yamlConnectionItemId } from '../../contributions/viewIds.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import { DisposableBase } from '../../shared/lifecycle.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { YamlFiles } from './YamlFiles.ts';
import type { YamlServers } from './YamlServers.ts';

/**
 * The status bar item that shows the connection of the `sequin.yaml` file in the active editor. A click offers to
 * select another connection.
 */
export class ConnectionItem extends DisposableBase {
  readonly #files: YamlFiles;
  readonly #servers: YamlServers;
  readonly #item = this.register(
    vscode.window.createStatusBarItem(yamlConnectionItemId, vscode.StatusBarAlignment.Right),
  );

  #isVisible = false;

  constructor(files: YamlFiles, servers: YamlServers) {
    super();
    this.#files = files;
    this.#servers = servers;
    this.#item.name = l10n.t('Sequin Connection');
    this.#item.command = chooseYamlConnectionCommand;
    const update = (): void => {
      this.#update();
    };
    this.register(servers.onDidChange(update));
    this.register(vscode.window.onDidChangeActiveTextEditor(update));
    this.register(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === vscode.window.activeTextEditor?.document) {
          update();
        }
      }),
    );
    this.register(vscode.commands.registerCommand(chooseYamlConnectionCommand, () => this.#choose()));
    update();
  }

  #update(): void {
    const document = vscode.window.activeTextEditor?.document;
    const file = document && this.#files.get(document);
    const isVisible = file !== undefined && this.#servers.monitors.length > 0;
    if (document !== undefined && isVisible) {
      this.#updateText(this.#servers.getMonitor(document));
    }
    // Without this check, each keystroke in another file would hide the item again, and send a message to VS Code's
    // window.
    if (isVisible !== this.#isVisible) {
      this.#isVisible = isVisible;
      if (isVisible) {
        this.#item.show();
      } else {
        this.#item.hide();
      }
    }
  }

  #updateText(monitor: ServerMonitor | undefined): void {
    const name = monitor && toDisplayText(monitor.connection.name);
    const text = `$(server) ${name ?? l10n.t('No connection')}`;
    if (text !== this.#item.text) {
      this.#item.text = text;
      this.#item.tooltip =
        name === undefined
          ? l10n.t('No signed-in connection matches this file. Select a connection.')
          : l10n.t('The sinks in this file are compared with {0}. Select another connection.', name);
    }
  }

  async #choose(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    const items = this.#servers.monitors.map(({ connection }) => ({
      label: toDisplayText(connection.name),
      description: toDisplayText(connection.address),
      id: connection.id,
    }));
    const picked = await vscode.window.showQuickPick(items, {
      placeHolder: l10n.t('Select the connection of this file'),
    });
    if (picked !== undefined && document !== undefined) {
      this.#servers.choose(document, picked.id);
    }
  }
}
