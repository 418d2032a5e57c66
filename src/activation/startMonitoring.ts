import * as vscode from 'vscode';
import { createApiClientFactory, createMetricsFetchFactory } from '../api/createApiClientFactory.ts';
import type { CommandContext } from '../commands/CommandHandler.ts';
import type { ShownPlan } from '../commands/config/PlannedFile.ts';
import { getMachineNames } from '../connections/createConnectionStore.ts';
import { MetricsStore } from '../connections/MetricsStore.ts';
import type { PageRef } from '../model/BackfillRef.ts';
import { startNotifier } from '../notifications/startNotifier.ts';
import { LastViewed } from '../servers/LastViewed.ts';
import { startServerManager } from '../servers/startServerManager.ts';
import { systemClock as clock } from '../shared/clock.ts';
import { MementoSet } from '../shared/MementoSet.ts';
import { storageKeys } from '../shared/storageKeys.ts';
import { SeenStalls } from '../statusBar/SeenStalls.ts';
import { StatusBar } from '../statusBar/StatusBar.ts';
import { setLocale } from '../text/format.ts';
import { ActivityView } from '../tree/ActivityView.ts';
import { BackfillListProgress } from '../tree/BackfillListProgress.ts';
import { ExpandedRows } from '../tree/ExpandedRows.ts';
import type { ListRootNodes } from '../tree/RowKind.ts';
import { listActivityNodes } from '../tree/rows/activity.ts';
import { listRootNodes } from '../tree/rows/connection.ts';
import { SinksView } from '../tree/SinksView.ts';
import { TreeOptionsStore } from '../tree/TreeOptionsStore.ts';
import { TreeProvider } from '../tree/TreeProvider.ts';
import { ChosenConnections } from '../yaml/ChosenConnections.ts';
import { PlanDocuments } from '../yaml/PlanDocuments.ts';
import type { CoreServices } from './CoreServices.ts';

/** The services of the monitoring that actions use. */
export interface Monitoring extends Pick<
  CommandContext,
  | 'metrics'
  | 'createMetricsFetch'
  | 'insecureConsent'
  | 'settledMetricsOffers'
  | 'tree'
  | 'treeOptions'
  | 'plans'
> {
  readonly createApiClient: ReturnType<typeof createApiClientFactory>;
  readonly sinksView: SinksView;
  readonly activityView: ActivityView;
  /** Sets the user's time zone. A page reports it, because the extension host may run on another machine. */
  readonly setTimeZone: (timeZone: string) => void;
}

/**
 * Starts to poll the servers of the connections, and shows their data in the views, in the status bar and in
 * notifications. The connections must already be loaded. Resolves when each signed-in connection has a monitor.
 * @param isPageShown whether the page of a backfill or sink is visible
 */
export async function startMonitoring(
  core: CoreServices,
  isPageShown: (ref: PageRef) => boolean,
): Promise<Monitoring> {
  const { context, register, log, settings, connections, servers, deferredTree, sinksTreeView } = core;
  const { globalState, workspaceState } = context;
  setLocale(vscode.env.language, globalState.get<string>(storageKeys.timeZone));
  const requests = {
    metrics: new MetricsStore(context.secrets, getMachineNames()),
    createApiClient: createApiClientFactory(log),
    createMetricsFetch: createMetricsFetchFactory(log),
  };

  const expandedRows = new ExpandedRows(workspaceState);
  const yamlConnections = new ChosenConnections(workspaceState);
  const insecureConsent = new MementoSet(globalState, storageKeys.acceptedAddresses);
  const settledMetricsOffers = new MementoSet(globalState, storageKeys.metricsOffers);
  const deleteUnretainedData = (): void => {
    const ids = new Set(connections.retained.map(({ id }) => id));
    expandedRows.retain(ids);
    settledMetricsOffers.retain(ids);
    insecureConsent.retain(new Set(connections.retained.map(({ address }) => address)));
    // Kept even while a connection is signed out or missing, so that no file is planned against another server.
    yamlConnections.retain(new Set(connections.knownIds));
  };
  deleteUnretainedData();
  register(connections.onDidChange(deleteUnretainedData));
  const treeOptions = register(new TreeOptionsStore(workspaceState, settings));
  const getDisplayOptions = (): TreeOptionsStore['current'] => treeOptions.current;
  const createTree = (listRoot: ListRootNodes): TreeProvider =>
    register(new TreeProvider({ servers, clock, getDisplayOptions, listRootNodes: listRoot, expandedRows }));
  const tree = createTree(listRootNodes);
  deferredTree.setProvider(tree);
  const activityTree = createTree(listActivityNodes);
  register(
    treeOptions.onDidChange(() => {
      tree.refresh();
    }),
  );
  const lastViewed = register(new LastViewed(globalState, clock));
  const monitoring = {
    ...requests,
    insecureConsent,
    settledMetricsOffers,
    tree,
    treeOptions,
    sinksView: register(new SinksView({ view: sinksTreeView, tree, servers, clock, lastViewed })),
    activityView: register(new ActivityView({ tree: activityTree, servers, lastViewed })),
    plans: register(new PlanDocuments<ShownPlan>()),
    setTimeZone: (timeZone: string) => {
      if (timeZone !== globalState.get<string>(storageKeys.timeZone)) {
        void globalState.update(storageKeys.timeZone, timeZone);
        setLocale(vscode.env.language, timeZone);
        tree.refresh();
        activityTree.refresh();
      }
    },
  };
  register(new StatusBar({ servers, lastViewed, seenStalls: new SeenStalls(globalState), clock }));
  register(startNotifier(servers, settings, context, isPageShown));
  register(new BackfillListProgress(servers, clock));
  const storagePath = context.globalStorageUri.fsPath;
  await startServerManager({ ...requests, connections, servers, settings, log, storagePath }, register);
  return monitoring;
}
