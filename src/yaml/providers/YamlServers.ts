import type * as vscode from 'vscode';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import { isRecord, isString } from '../../shared/guards.ts';
import { DisposableBase, Emitter, MutableDisposable } from '../../shared/lifecycle.ts';
import { readMemento, saveMemento } from '../../shared/memento.ts';
import { storageKeys } from '../../shared/storageKeys.ts';
import { chooseServer } from '../features/chooseServer.ts';
import type { YamlSupportContext } from '../YamlSupportContext.ts';
import type { YamlFiles } from './YamlFiles.ts';

/** The shortest interval between two updates from the servers, in milliseconds. */
const updateIntervalMs = 1000;

/** The server of each `sequin.yaml` file: the one that the user chose for it, or the one that matches best. */
export class YamlServers extends DisposableBase {
  readonly #files: YamlFiles;
  readonly #context: YamlSupportContext;
  readonly #onDidChange = this.register(new Emitter<void>());
  /** Fires when a server changes, at most once a second. */
  readonly onDidChange = this.#onDidChange.event;
  readonly #timer = this.register(new MutableDisposable());

  constructor(files: YamlFiles, context: YamlSupportContext) {
    super();
    this.#files = files;
    this.#context = context;
    const updateLater = (): void => {
      this.#updateLater();
    };
    this.register(context.servers.onDidChangeServers(updateLater));
    this.register(context.servers.onDidChangeSnapshot(updateLater));
  }

  /** The servers that a file can describe: all but the sample data. */
  get monitors(): readonly ServerMonitor[] {
    return this.#context.servers.monitors.filter(({ connection }) => !connection.isSample);
  }

  /** The monitor of the server of a document; undefined if no server matches. */
  getMonitor(document: vscode.TextDocument): ServerMonitor | undefined {
    const file = this.#files.get(document);
    const chosen = this.#chosenConnections[document.uri.toString()];
    return file && chooseServer(file, this.monitors, chosen);
  }

  /** Chooses the server of a document until the user chooses another one. */
  choose({ uri }: vscode.TextDocument, connectionId: string): void {
    const chosen = { ...this.#chosenConnections, [uri.toString()]: connectionId };
    saveMemento(this.#context.workspaceState, storageKeys.yamlConnections, chosen);
    this.#onDidChange.fire();
  }

  /** The ids of the connections that the user chose, by the URIs of the documents. */
  get #chosenConnections(): Readonly<Record<string, string>> {
    return readMemento(this.#context.workspaceState, storageKeys.yamlConnections, isTexts, {});
  }

  #updateLater(): void {
    this.#timer.value ??= this.#context.clock.schedule(updateIntervalMs, () => {
      this.#timer.value = undefined;
      this.#onDidChange.fire();
    });
  }
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every(isString);
}
