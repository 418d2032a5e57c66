import * as vscode from 'vscode';
import type { LastViewed } from '../servers/LastViewed.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import { DisposableBase, DisposableStore, MutableDisposable } from '../shared/lifecycle.ts';
import type { TreeNode } from './TreeNode.ts';
import type { TreeProvider } from './TreeProvider.ts';

/** The dependencies of a {@link RowView}. */
export interface RowViewOptions {
  readonly tree: TreeProvider;
  readonly servers: ServerRegistry;
  readonly lastViewed: LastViewed;
}

/**
 * The base class of the Sinks view and the Activity view: expansion, visibility, selection and focused rows. A visible
 * view watches all servers, so that they are polled for its rows.
 */
export class RowView extends DisposableBase {
  readonly #id: string;
  readonly #options: RowViewOptions;
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #watches = this.register(new MutableDisposable());

  constructor(id: string, view: vscode.TreeView<TreeNode>, options: RowViewOptions) {
    super();
    this.#id = id;
    this.#view = view;
    this.#options = options;
    const { tree, servers } = options;
    const updateWatches = (): void => {
      this.#updateWatches();
    };
    this.register(view.onDidChangeVisibility(updateWatches));
    this.register(servers.onDidChangeServers(updateWatches));
    this.register(
      view.onDidExpandElement(({ element }) => {
        tree.setExpanded(element, true);
      }),
    );
    this.register(
      view.onDidCollapseElement(({ element }) => {
        tree.setExpanded(element, false);
      }),
    );
    this.register(
      vscode.window.onDidChangeWindowState(() => {
        this.#updateLastViewed();
      }),
    );
    updateWatches();
  }

  /** The selected rows. */
  get selection(): readonly TreeNode[] {
    return this.#view.selection;
  }

  /** Shows and selects a row. If the row is hidden, for example by the filter, shows only the view. */
  async reveal(row: TreeNode): Promise<void> {
    try {
      await this.#view.reveal(row, { select: true, focus: true });
    } catch {
      await vscode.commands.executeCommand(`${this.#id}.focus`);
    }
  }

  /**
   * The rows that a key acts on: the selected rows if the focused row is among them, otherwise the focused row. Call it
   * only while the tree has the focus, because it executes a command that acts on the focused list.
   */
  async getFocusedRows(): Promise<readonly TreeNode[]> {
    // VS Code reports the selection to extensions, but not the focus. This command adds the focused row to the
    // selection, or removes the row if it is selected, without opening it.
    const toggleSelection = 'list.toggleSelection';
    const selected = this.#view.selection;
    await vscode.commands.executeCommand(toggleSelection);
    const added = this.#view.selection.filter((row) => !selected.includes(row));
    await vscode.commands.executeCommand(toggleSelection);
    if (added.length > 0) {
      return added;
    }
    // While VS Code replaces the rows of a sink, it reports none of them as selected for a moment.
    return selected.length > 0 ? selected : this.#view.selection;
  }

  override dispose(): void {
    this.#options.lastViewed.setVisible(this.#id, false);
    super.dispose();
  }

  #updateWatches(): void {
    const { tree, servers } = this.#options;
    const watched = this.#view.visible ? servers.monitors : [];
    // The new watches start before the old ones are disposed, so that polling doesn't pause.
    this.#watches.value = new DisposableStore(
      watched.map((monitor) => monitor.watch('view', () => tree.listExpandedSinkIds(monitor))),
    );
    tree.setVisible(this.#view.visible);
    this.#updateLastViewed();
  }

  /** Records whether the user can see the view. Events that occur while the user sees it don't count as new later. */
  #updateLastViewed(): void {
    this.#options.lastViewed.setVisible(this.#id, this.#view.visible && vscode.window.state.focused);
  }
}

/** Assigns only the texts of a view that have changed, because VS Code renders the view again on each assignment. */
export function assignChanges(
  view: vscode.TreeView<TreeNode>,
  texts: Readonly<Partial<Record<'title' | 'description' | 'message', string>>>,
): void {
  for (const key of ['title', 'description', 'message'] as const) {
    const text = texts[key];
    if (text !== undefined && text !== (view[key] ?? '')) {
      view[key] = text;
    }
  }
}
