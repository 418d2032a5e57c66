import type { LogOutputChannel } from 'vscode';
import type { FetchMetrics } from '../api/createMetricsFetch.ts';
import type { SequinApi } from '../api/SequinApi.ts';
import type { ConnectionStore } from '../connections/ConnectionStore.ts';
import type { MetricsStore } from '../connections/MetricsStore.ts';
import type { PagePanelManager } from '../detail/PagePanelManager.ts';
import type { MetricsSource } from '../model/deliveries/MetricsSource.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import type { MementoSet } from '../shared/MementoSet.ts';
import type { TreeNode } from '../tree/TreeNode.ts';
import type { TreeOptionsStore } from '../tree/TreeOptionsStore.ts';
import type { TreeProvider } from '../tree/TreeProvider.ts';
import type { PlanDocuments } from '../yaml/PlanDocuments.ts';
import type { YamlSupport } from '../yaml/yamlSupport.ts';
import type { ShownPlan } from './config/PlannedFile.ts';
import type { MetricsOffer } from './connections/MetricsOffer.ts';
import type { CommandTargets } from './Target.ts';
import type { Ui } from './Ui.ts';

/** The services that commands use. */
export interface CommandContext {
  readonly connections: ConnectionStore;
  readonly metrics: MetricsStore;
  readonly createMetricsFetch: (source: MetricsSource) => FetchMetrics;
  readonly metricsOffer: MetricsOffer;
  /**
   * The ids of the connections whose metrics aren't offered again: the offer was already shown, or the user has set the
   * metrics URL.
   */
  readonly settledMetricsOffers: MementoSet;
  /** The addresses for which the user accepted unencrypted HTTP, which exposes the token to the network. */
  readonly insecureConsent: Pick<MementoSet, 'has' | 'add'>;
  readonly servers: ServerRegistry;
  readonly panels: PagePanelManager;
  readonly tree: TreeProvider;
  readonly treeOptions: TreeOptionsStore;
  /** Returns the rows selected in the tree. */
  readonly getSelection: () => readonly TreeNode[];
  /** Shows and selects a row of the tree. */
  readonly revealRow: (row: TreeNode) => Promise<void>;
  /** Returns the rows that a key binding acts on in a view: the selected rows or the focused row. */
  readonly getFocusedRows: (viewId: string) => Promise<readonly TreeNode[]>;
  /** Loads the features for `sequin.yaml` files. */
  readonly loadYamlSupport: () => Promise<YamlSupport>;
  readonly plans: PlanDocuments<ShownPlan>;
  readonly ui: Ui;
  readonly log: Pick<LogOutputChannel, 'error'>;
  /** The start of links to this extension, such as `vscode://sequin-for-vscode.sequin`. */
  readonly linkBase: string;
  /** Creates a client to test an address and a token before they are saved. */
  readonly createApiClient: (address: string, token: string) => SequinApi;
}

/**
 * The services that an action on backfills, sinks or databases uses, whether a command, a chat tool or another
 * extension runs the action.
 */
export type ActionContext = Pick<CommandContext, 'ui' | 'servers'>;

/** Runs a command. */
export type CommandHandler = (context: CommandContext, targets: CommandTargets) => Promise<void> | void;
