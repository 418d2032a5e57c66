import * as vscode from 'vscode';
import { DisposableBase } from '../../shared/lifecycle.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { TextRange } from '../document/YamlNode.ts';
import { locateRejection } from '../plan/locateRejection.ts';
import { toRange, type YamlFiles } from './YamlFiles.ts';

/** Why the server rejects a file, at the lines that its errors are about, until the file changes or is planned again. */
export class PlanProblems extends DisposableBase {
  readonly #files: YamlFiles;
  readonly #collection = this.register(vscode.languages.createDiagnosticCollection('sequin-plan'));

  constructor(files: YamlFiles) {
    super();
    this.#files = files;
    const subscriptions = [
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) {
          this.#collection.delete(document.uri);
        }
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.#collection.delete(uri);
      }),
    ];
    subscriptions.forEach((subscription) => this.register(subscription));
  }

  /** Shows the reasons of a rejection. Returns the position of the first one that mentions something in the file. */
  show(document: vscode.TextDocument, reasons: readonly string[]): TextRange | undefined {
    const root = this.#files.get(document)?.root;
    const found = reasons.flatMap((reason) => {
      const range = root && locateRejection(root, reason);
      return range === undefined ? [] : [{ reason, range }];
    });
    const diagnostics = found.map(({ reason, range }) => {
      const diagnostic = new vscode.Diagnostic(toRange(document, range), toDisplayText(reason));
      diagnostic.source = 'Sequin';
      return diagnostic;
    });
    this.#collection.set(document.uri, diagnostics);
    return found[0]?.range;
  }

  clear({ uri }: vscode.TextDocument): void {
    this.#collection.delete(uri);
  }
}
