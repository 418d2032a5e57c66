import * as vscode from 'vscode';
import { DisposableBase } from '../../shared/lifecycle.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { TextRange } from '../document/YamlNode.ts';
import { locateRejections } from '../plan/locateRejections.ts';
import { deleteDiagnostics, toRange, type YamlFiles } from './YamlFiles.ts';

/**
 * Shows why a server rejected a file, at the lines that the reasons are about, until the file changes, is closed or is
 * planned again.
 */
export class PlanProblems extends DisposableBase {
  readonly #files: YamlFiles;
  readonly #collection = this.register(vscode.languages.createDiagnosticCollection('sequin-plan'));

  constructor(files: YamlFiles) {
    super();
    this.#files = files;
    const subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) {
          this.clear(document);
        }
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.clear(document);
      }),
    );
    this.register(subscriptions);
  }

  /** Shows those reasons for a rejection that can be located in the file. Returns the position of the first one. */
  show(document: vscode.TextDocument, reasons: readonly string[]): TextRange | undefined {
    const root = this.#files.get(document)?.root;
    const locatedReasons = root === undefined ? [] : locateRejections(root, reasons);
    const diagnostics = locatedReasons.map(({ reason, range }) => {
      const diagnostic = new vscode.Diagnostic(toRange(document, range), toDisplayText(reason));
      diagnostic.source = 'Sequin';
      return diagnostic;
    });
    this.#collection.set(document.uri, diagnostics);
    return locatedReasons[0]?.range;
  }

  /** Removes the problems of a file. */
  clear({ uri }: vscode.TextDocument): void {
    deleteDiagnostics(this.#collection, uri);
  }
}
