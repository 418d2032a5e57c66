import type { LogOutputChannel } from 'vscode';
import type { AcceptedAddresses } from '../connections/AcceptedAddresses.ts';
import type { ConnectionStore } from '../connections/ConnectionStore.ts';
import type { BackfillPanels } from '../detail/BackfillPanels.ts';
import type { Monitors } from '../monitor/Monitors.ts';
import type { SinksTreeProvider } from '../tree/SinksTreeProvider.ts';
import type { TreeNode } from '../tree/TreeNode.ts';
import type { TreeOptions } from '../tree/TreeOptions.ts';
import type { SequinApi } from '../api/SequinApi.ts';

/** What commands work with. */
export interface CommandParts {
  readonly connections: ConnectionStore;
  readonly accepted: AcceptedAddresses;
  readonly monitors: Monitors;
  readonly panels: BackfillPanels;
  readonly tree: SinksTreeProvider;
  readonly treeOptions: TreeOptions;
  /** The rows that are selected in the tree. */
  readonly selection: () => readonly TreeNode[];
  readonly log: LogOutputChannel;
  /** A client for a server that is not connected to yet. */
  readonly openApi: (address: string, token: string) => SequinApi;
}

/**
 * What a command does. `target` is the tree's row or whatever a key binding says, and `selected` the rows that
 * are selected where several are: neither is checked yet.
 */
export type Command = (parts: CommandParts, target?: unknown, selected?: unknown) => Promise<void> | void;
