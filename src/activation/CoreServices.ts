import type * as vscode from 'vscode';
import type { ConnectionStore } from '../connections/ConnectionStore.ts';
import type { Settings } from '../contributions/Settings.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import type { DeferredTree } from '../tree/DeferredTree.ts';
import type { TreeNode } from '../tree/TreeNode.ts';
import type { Log } from './Log.ts';

/** The services that exist from activation on, even without a connection. */
export interface CoreServices {
  readonly context: vscode.ExtensionContext;
  /** Disposes an object when the extension is deactivated. */
  readonly register: <T extends vscode.Disposable>(disposable: T) => T;
  readonly log: Log;
  readonly settings: Settings;
  readonly connections: ConnectionStore;
  /** Empty until the monitoring starts. */
  readonly servers: ServerRegistry;
  readonly deferredTree: DeferredTree;
  readonly sinksTreeView: vscode.TreeView<TreeNode>;
}
