import { posix } from 'node:path';
import * as vscode from 'vscode';
import { comparisonScheme, planScheme } from '../contributions/viewIds.ts';
import { DisposableBase } from '../shared/lifecycle.ts';

/** A diff editor that compares a file with a server. */
export interface PlanEditor<T> {
  readonly scheme: typeof planScheme | typeof comparisonScheme;
  /** The URI of the file. */
  readonly fileUri: string;
  readonly title: string;
  /** The texts of both sides. */
  readonly left: string;
  readonly right: string;
  /** The data for the commands of the editor. */
  readonly value: T;
}

/** The diff editors of plans and comparisons, with documents in memory: at most one of each kind for each file. */
export class PlanDocuments<T = unknown> extends DisposableBase {
  /** The editors by number. The URIs of both sides have this number as their query. */
  readonly #editors = new Map<string, PlanEditor<T>>();
  /** The number of the editor that was opened last. */
  #lastNumber = 0;

  constructor() {
    super();
    const provider: vscode.TextDocumentContentProvider = {
      provideTextDocumentContent: ({ path, query }) => {
        const editor = this.#editors.get(query);
        return (path.startsWith('/left/') ? editor?.left : editor?.right) ?? '';
      },
    };
    for (const scheme of [planScheme, comparisonScheme]) {
      this.register(vscode.workspace.registerTextDocumentContentProvider(scheme, provider));
    }
    this.register(
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        closed.forEach((tab) => {
          this.#removeEditor(tab);
        });
      }),
    );
    // Closes the editors that VS Code restored from the last session, because their content was only in memory.
    const restored = listTabs().filter((tab) => getDiff(tab) !== undefined);
    if (restored.length > 0) {
      void vscode.window.tabGroups.close(restored);
    }
  }

  /** Returns the data for the commands of an editor, given the URI of either side; undefined for any other document. */
  get(uri: string): T | undefined {
    const { scheme, query } = vscode.Uri.parse(uri);
    const editor = this.#editors.get(query);
    return editor?.scheme === scheme ? editor.value : undefined;
  }

  /** Opens a diff editor, and closes the previous one of the same kind for the same file. */
  async show(editor: PlanEditor<T>): Promise<void> {
    const { scheme, fileUri, title } = editor;
    const previousNumbers = [...this.#editors]
      .filter(([, shown]) => shown.fileUri === fileUri && shown.scheme === scheme)
      .map(([number]) => number);
    const findPrevious = (): vscode.Tab[] =>
      listTabs().filter((tab) => previousNumbers.includes(getDiff(tab)?.modified.query ?? ''));
    this.#lastNumber += 1;
    const query = String(this.#lastNumber);
    const name = posix.basename(vscode.Uri.parse(fileUri).path);
    const toUri = (side: string): vscode.Uri => vscode.Uri.from({ scheme, path: `/${side}/${name}`, query });
    this.#editors.set(query, editor);
    await vscode.commands.executeCommand('vscode.diff', toUri('left'), toUri('right'), title, {
      preview: false,
      viewColumn: findPrevious()[0]?.group.viewColumn ?? vscode.ViewColumn.Active,
    });
    // Finds the tabs again, because VS Code may have replaced their objects in the meantime.
    const previous = findPrevious();
    if (previous.length > 0) {
      await vscode.window.tabGroups.close(previous);
    }
  }

  #removeEditor(tab: vscode.Tab): void {
    const number = getDiff(tab)?.modified.query;
    // When the user moves a tab to another group, VS Code closes it and opens it again in that group.
    const isMoved = listTabs().some((other) => getDiff(other)?.modified.query === number);
    if (number !== undefined && !isMoved) {
      this.#editors.delete(number);
    }
  }
}

function listTabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);
}

function getDiff({ input }: vscode.Tab): vscode.TabInputTextDiff | undefined {
  return input instanceof vscode.TabInputTextDiff &&
    [planScheme, comparisonScheme].some((scheme) => scheme === input.modified.scheme)
    ? input
    : undefined;
}
