import * as vscode from 'vscode';
import { contextKeys } from '../contributions/contextKeys.ts';
import { setContextKey } from '../contributions/setContextKey.ts';
import { viewIds } from '../contributions/viewIds.ts';
import { hasActivity } from '../servers/activity.ts';
import { describeActivity } from './rows/activity.ts';
import { assignChanges, RowView, type RowViewOptions } from './RowView.ts';

/** The Activity view: the unfinished and recently finished backfills of all connections. Hidden while empty. */
export class ActivityView extends RowView {
  constructor(options: RowViewOptions) {
    const { servers, tree } = options;
    const view = vscode.window.createTreeView(viewIds.activity, {
      treeDataProvider: tree,
      canSelectMany: true,
    });
    super(viewIds.activity, view, options);
    this.register(view);
    const update = (): void => {
      assignChanges(view, { message: describeActivity(servers.monitors) });
      setContextKey(contextKeys.hasActivity, servers.monitors.some(hasActivity));
    };
    this.register(servers.onDidChangeServers(update));
    this.register(servers.onDidChangeSnapshot(update));
    update();
  }
}
