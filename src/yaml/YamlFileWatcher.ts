import * as vscode from 'vscode';
import { contextKeys } from '../contributions/contextKeys.ts';
import { setContextKey } from '../contributions/setContextKey.ts';
import type { Settings } from '../contributions/Settings.ts';
import type { Sink } from '../model/Sink.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { isSequinYamlDocument } from './isSequinYamlDocument.ts';
import type { YamlSupport } from './yamlSupport.ts';

/** What the features for `sequin.yaml` need. */
export interface YamlSupportContext {
  readonly clock: Clock;
  readonly servers: ServerRegistry;
  readonly settings: Settings;
  readonly workspaceState: vscode.Memento;
  /** The hover that the sink has in the tree. `now` is a local time in milliseconds. */
  readonly createSinkHover: (
    sink: Sink,
    server: Pick<ServerMonitor, 'connection' | 'snapshot'>,
    now: number,
  ) => vscode.MarkdownString;
}

/** Loads the features for `sequin.yaml` as soon as such a file is open. */
export class YamlFileWatcher extends DisposableBase {
  readonly #context: YamlSupportContext;
  #support: Promise<YamlSupport> | undefined;

  constructor(context: YamlSupportContext) {
    super();
    this.#context = context;
    const subscriptions = [
      vscode.workspace.onDidOpenTextDocument((document) => {
        this.#check(document);
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        this.#check(document);
      }),
    ];
    subscriptions.forEach((subscription) => this.register(subscription));
    vscode.workspace.textDocuments.forEach((document) => {
      this.#check(document);
    });
  }

  /** Loads the features unless they are loaded. */
  async loadSupport(): Promise<YamlSupport> {
    this.#support ??= import('./yamlSupport.ts').then(({ startYamlSupport }) =>
      this.register(startYamlSupport(this.#context)),
    );
    return this.#support;
  }

  #check(document: vscode.TextDocument): void {
    if (this.#support === undefined && isSequinYamlDocument(document)) {
      setContextKey(contextKeys.hasOpenedYaml, true);
      void this.loadSupport();
    }
  }
}
