import * as vscode from 'vscode';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { isSequinYamlDocument } from './isSequinYamlDocument.ts';

/** What the features for `sequin.yaml` need. */
export interface YamlSupportContext {
  readonly clock: Clock;
}

/** Loads the features for `sequin.yaml` as soon as such a file is open. */
export class YamlFileWatcher extends DisposableBase {
  readonly #context: YamlSupportContext;
  #isLoading = false;

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

  #check(document: vscode.TextDocument): void {
    if (!this.#isLoading && isSequinYamlDocument(document)) {
      this.#isLoading = true;
      void import('./yamlSupport.ts').then(({ startYamlSupport }) => {
        this.register(startYamlSupport(this.#context));
      });
    }
  }
}
