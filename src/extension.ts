import { homedir } from 'node:os';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { SequinExtension } from '../api/index.d.ts';
import { createApiClientFactory, createMetricsFetchFactory } from './api/createApiClientFactory.ts';
import { registerTools } from './chat/registerTools.ts';
import { MetricsOffer } from './commands/connections/MetricsOffer.ts';
import { createVsCodeUi } from './commands/createVsCodeUi.ts';
import { registerCommands } from './commands/registerCommands.ts';
import { StatusMessage } from './commands/StatusMessage.ts';
import { openLink } from './commands/view/openLink.ts';
import { connectForDevelopment } from './connections/connectForDevelopment.ts';
import type { ConnectionStore } from './connections/ConnectionStore.ts';
import { createConnectionStore, getMachineNames } from './connections/createConnectionStore.ts';
import { hasCliContexts } from './connections/hasCliContexts.ts';
import { InsecureAddressConsent } from './connections/InsecureAddressConsent.ts';
import { MetricsStore } from './connections/MetricsStore.ts';
import { contextKeys } from './contributions/contextKeys.ts';
import { setContextKey } from './contributions/setContextKey.ts';
import { Settings } from './contributions/Settings.ts';
import { viewIds } from './contributions/viewIds.ts';
import { PagePanelManager } from './detail/PagePanelManager.ts';
import { startNotifier } from './notifications/startNotifier.ts';
import { createPublicApi } from './publicApi/createPublicApi.ts';
import { LastViewed } from './servers/LastViewed.ts';
import { ServerRegistry } from './servers/ServerRegistry.ts';
import { startServerManager } from './servers/startServerManager.ts';
import { systemClock as clock } from './shared/clock.ts';
import { createPseudoBundle } from './shared/pseudoBundle.ts';
import { storageKeys } from './shared/storageKeys.ts';
import { SeenStalls } from './statusBar/SeenStalls.ts';
import { StatusBar } from './statusBar/StatusBar.ts';
import { setLocale } from './text/format.ts';
import { ActivityView } from './tree/ActivityView.ts';
import { BackfillListProgress } from './tree/BackfillListProgress.ts';
import { ExpandedRows } from './tree/ExpandedRows.ts';
import { createSinkHover } from './tree/hover.ts';
import type { ListRootNodes } from './tree/RowKind.ts';
import { listActivityNodes } from './tree/rows/activity.ts';
import { listRootNodes } from './tree/rows/connection.ts';
import { SinksView } from './tree/SinksView.ts';
import { TreeOptionsStore } from './tree/TreeOptionsStore.ts';
import { TreeProvider } from './tree/TreeProvider.ts';
import { describeLiveSink } from './yaml/describeLiveSink.ts';
import { PlanDocuments } from './yaml/PlanDocuments.ts';
import { watchForYamlFiles } from './yaml/watchForYamlFiles.ts';
import { YamlFileWatcher } from './yaml/YamlFileWatcher.ts';

/** What `activate` returns: the public API, and the parts of the extension for tests inside VS Code. */
export interface ExtensionExports extends SequinExtension {
  readonly test?: TestApi;
}

/** The parts of the extension that tests inside VS Code use. */
export interface TestApi {
  readonly connections: ConnectionStore;
  readonly servers: ServerRegistry;
  readonly tree: TreeProvider;
}

/** Creates and connects all components. Sends no request before a view becomes visible. */
export async function activate(context: vscode.ExtensionContext): Promise<ExtensionExports> {
  if (vscode.l10n.bundle !== undefined) {
    l10n.config({ contents: vscode.l10n.bundle });
  }
  if (process.env['NODE_ENV'] !== 'production' && process.env['SEQUIN_PSEUDOLOCALIZE'] !== undefined) {
    l10n.config({ contents: createPseudoBundle() });
  }
  const getTimeZone = (): string | undefined => context.globalState.get<string>(storageKeys.timeZone);
  setLocale(vscode.env.language, getTimeZone());

  const register = <T extends { dispose(): void }>(disposable: T): T => {
    context.subscriptions.push(disposable);
    return disposable;
  };
  const log = register(vscode.window.createOutputChannel('Sequin', { log: true }));
  log.info(`Activated Sequin for VS Code ${extensionVersion(context)} in VS Code ${vscode.version}`);
  const createApiClient = createApiClientFactory(log);
  const createMetricsFetch = createMetricsFetchFactory(log);
  const metrics = new MetricsStore(context.secrets, getMachineNames());
  const logProblem = (problem: string): void => {
    log.warn(problem);
  };
  const settings = new Settings(logProblem);
  const connections = register(createConnectionStore(context, settings, clock, logProblem));
  const servers = register(new ServerRegistry());
  register(
    startServerManager({
      connections,
      settings,
      servers,
      createApiClient,
      metrics,
      createMetricsFetch,
      storagePath: context.globalStorageUri.fsPath,
      log,
    }),
  );
  const expandedRows = new ExpandedRows(context.workspaceState);
  const insecureConsent = new InsecureAddressConsent(context.globalState);
  register(
    connections.onDidChange(() => {
      expandedRows.retain(new Set(connections.retained.map(({ id }) => id)));
      insecureConsent.retain(new Set(connections.retained.map(({ address }) => address)));
    }),
  );
  const treeOptions = register(new TreeOptionsStore(context.workspaceState, settings));
  const createTree = (listRoot: ListRootNodes): TreeProvider =>
    register(
      new TreeProvider({
        servers,
        clock,
        displayOptions: () => treeOptions.current,
        listRootNodes: listRoot,
        expandedRows,
      }),
    );
  const tree = createTree(listRootNodes);
  const activityTree = createTree(listActivityNodes);
  register(
    treeOptions.onDidChange(() => {
      tree.refresh();
    }),
  );
  const setTimeZone = (timeZone: string): void => {
    if (timeZone !== getTimeZone()) {
      void context.globalState.update(storageKeys.timeZone, timeZone);
      setLocale(vscode.env.language, timeZone);
      tree.refresh();
      activityTree.refresh();
    }
  };
  const panels = register(
    new PagePanelManager({ servers, extensionUri: context.extensionUri, setTimeZone }, clock),
  );
  const lastViewed = register(new LastViewed(context.globalState, clock));
  const view = register(new SinksView({ tree, servers, clock, lastViewed }));
  const activityView = register(new ActivityView({ tree: activityTree, servers, lastViewed }));
  register(new StatusBar({ servers, lastViewed, seenStalls: new SeenStalls(context.globalState), clock }));
  register(startNotifier(servers, settings, context, (ref) => panels.isShown(ref)));
  register(new BackfillListProgress(servers, clock));
  register(watchForYamlFiles());
  const yamlFiles = register(
    new YamlFileWatcher({
      clock,
      servers,
      settings,
      workspaceState: context.workspaceState,
      describeSink: describeLiveSink,
      createSinkHover,
    }),
  );
  const ui = createVsCodeUi(log, register(new StatusMessage(servers, clock)));
  const metricsOffer = register(
    new MetricsOffer({
      servers,
      metrics,
      createMetricsFetch,
      memento: context.globalState,
      ui,
      clock,
      isEnabled: () => settings.notifications === 'all',
    }),
  );
  register(
    connections.onDidChange(() => {
      metricsOffer.retain(new Set(connections.retained.map(({ id }) => id)));
    }),
  );
  register(registerTools({ ui, servers, now: () => clock.now() }, log));
  register(
    registerCommands({
      connections,
      metrics,
      createMetricsFetch,
      metricsOffer,
      insecureConsent,
      servers,
      panels,
      tree,
      treeOptions,
      getSelection: () => view.selection,
      revealRow: (row) => view.reveal(row),
      getFocusedRows: (viewId) => (viewId === viewIds.activity ? activityView : view).getFocusedRows(),
      yamlFiles,
      plans: register(new PlanDocuments()),
      ui,
      log,
      extensionId: context.extension.id,
      linkBase: `${vscode.env.uriScheme}://${context.extension.id}`,
      createApiClient: (address, token) => createApiClient(address, () => Promise.resolve(token)),
    }),
  );

  if (process.env['NODE_ENV'] !== 'production') {
    await connectForDevelopment(connections, process.env);
  }
  await connections.load();
  // Only now, because a link may lead to any connection. VS Code keeps earlier links.
  register(vscode.window.registerUriHandler({ handleUri: (uri) => openLink({ servers, panels, ui }, uri) }));
  void hasCliContexts(homedir()).then((hasContexts) => {
    setContextKey(contextKeys.cliContexts, hasContexts);
  });
  return {
    ...createPublicApi({ ui, servers }),
    ...(context.extensionMode === vscode.ExtensionMode.Test && { test: { connections, servers, tree } }),
  };
}

function extensionVersion({ extension }: vscode.ExtensionContext): string {
  const { version } = extension.packageJSON as { version: string };
  return version;
}
