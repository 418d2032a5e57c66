import * as vscode from 'vscode';
import { DisposableBase } from '../shared/lifecycle.ts';
import type { TreeNode } from './TreeNode.ts';
import type { TreeProvider } from './TreeProvider.ts';

/** Passes on the rows of a provider that is created later. Until then, the view shows its welcome content. */
export class DeferredTree extends DisposableBase implements vscode.TreeDataProvider<TreeNode> {
  #provider: TreeProvider | undefined;
  readonly #onDidChangeTreeData = this.register(new vscode.EventEmitter<TreeNode[] | undefined>());
  readonly onDidChangeTreeData = this.#onDidChangeTreeData.event;

  setProvider(provider: TreeProvider): void {
    this.#provider = provider;
    this.register(
      provider.onDidChangeTreeData((rows) => {
        this.#onDidChangeTreeData.fire(rows);
      }),
    );
    this.#onDidChangeTreeData.fire(undefined);
  }

  getChildren(row?: TreeNode): TreeNode[] {
    return this.#provider?.getChildren(row) ?? [];
  }

  getTreeItem(row: TreeNode): vscode.TreeItem {
    return this.#getProvider().getTreeItem(row);
  }

  getParent(row: TreeNode): TreeNode | undefined {
    return this.#getProvider().getParent(row);
  }

  resolveTreeItem(item: vscode.TreeItem, row: TreeNode): vscode.TreeItem {
    return this.#getProvider().resolveTreeItem(item, row);
  }

  /** Returns the provider. VS Code passes a row only after a provider created it, so there must be one. */
  #getProvider(): TreeProvider {
    if (this.#provider === undefined) {
      throw new Error('There are no rows yet');
    }
    return this.#provider;
  }
}
