import type * as vscode from 'vscode';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import { DisposableBase, Emitter, MutableDisposable } from '../../shared/lifecycle.ts';
import { ChosenConnections } from '../ChosenConnections.ts';
import { chooseServer } from '../features/chooseServer.ts';
import type { YamlSupportContext } from '../YamlSupportContext.ts';
import type { YamlFiles } from './YamlFiles.ts';

/** How long changes of the servers are collected before one event reports them, in milliseconds. */
const fireDelayMs = 1000;

/** The server of each `sequin.yaml` file: the server that the user chose, or the server that matches the file best. */
export class YamlServers extends DisposableBase {
  readonly #files: YamlFiles;
  readonly #context: YamlSupportContext;
  readonly #chosenConnections: ChosenConnections;
  readonly #onDidChange = this.register(new Emitter<void>());
  /** Fires at once when the user chooses a server, and a second after servers change. */
  readonly onDidChange = this.#onDidChange.event;
  readonly #timer = this.register(new MutableDisposable());

  constructor(files: YamlFiles, context: YamlSupportContext) {
    super();
    this.#files = files;
    this.#context = context;
    this.#chosenConnections = new ChosenConnections(context.workspaceState);
    const fireLater = (): void => {
      this.#fireLater();
    };
    this.register(context.servers.onDidChangeServers(fireLater));
    this.register(context.servers.onDidChangeSnapshot(fireLater));
  }

  /** The servers that a file can describe: all except for the sample data. */
  get monitors(): readonly ServerMonitor[] {
    return this.#context.servers.monitors.filter(({ connection }) => !connection.isSample);
  }

  /**
   * The monitor of a document's server (see {@link chooseServer}); undefined if the document isn't a `sequin.yaml` file,
   * if none of several servers matches it, or if the chosen server is signed out.
   */
  getMonitor(document: vscode.TextDocument): ServerMonitor | undefined {
    const file = this.#files.get(document);
    const chosen = this.#chosenConnections.get(document.uri.toString());
    return file && chooseServer(file, this.monitors, chosen);
  }

  /** Saves the connection that the user chose for a document. */
  choose({ uri }: vscode.TextDocument, connectionId: string): void {
    this.#chosenConnections.set(uri.toString(), connectionId);
    this.#onDidChange.fire();
  }

  #fireLater(): void {
    this.#timer.value ??= this.#context.clock.schedule(fireDelayMs, () => {
      this.#timer.value = undefined;
      this.#onDidChange.fire();
    });
  }
}
