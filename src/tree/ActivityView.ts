import * as vscode from 'vscode';
import { contextKeys } from '../contributions/contextKeys.ts';
import { setContextKey } from '../contributions/setContextKey.ts';
import { viewIds } from '../contributions/viewIds.ts';
import { hasActivity } from '../servers/activity.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { describeActivity } from './describeActivity.ts';
import { assignChanges, RowView, type RowViewOptions } from './RowView.ts';
import type { TreeNode } from './TreeNode.ts';

/** The Activity view: the unfinished and recently finished backfills of all connections. Hidden while it has no rows. */
export class ActivityView extends DisposableBase {
  readonly #rows: RowView;

  constructor(options: RowViewOptions) {
    super();
    const { servers, tree } = options;
    const view = this.register(
      vscode.window.createTreeView(viewIds.activity, { treeDataProvider: tree, canSelectMany: true }),
    );
    this.#rows = this.register(new RowView(viewIds.activity, { ...options, view }));
    const update = (): void => {
      assignChanges(view, { message: describeActivity(servers.monitors) });
      setContextKey(contextKeys.hasActivity, servers.monitors.some(hasActivity));
    };
    this.register(servers.onDidChangeServers(update));
    this.register(servers.onDidChangeSnapshot(update));
    update();
  }

  /** See {@link RowView.getFocusedRows}. */
  getFocusedRows(): Promise<readonly TreeNode[]> {
    return this.#rows.getFocusedRows();
  }
}
