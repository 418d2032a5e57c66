import { homedir } from 'node:os';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { SequinExtension } from '../api/index.d.ts';
import { createApiClientFactory, createMetricsFetchFactory } from './api/createApiClientFactory.ts';
import { registerTools } from './chat/registerTools.ts';
import type { CommandContext } from './commands/CommandHandler.ts';
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

/** Disposes an object when the extension is deactivated. */
type Register = <T extends vscode.Disposable>(disposable: T) => T;

/** Creates and connects all components. Sends no request before a view becomes visible. */
export async function activate(context: vscode.ExtensionContext): Promise<ExtensionExports> {
  const register: Register = (disposable) => {
    context.subscriptions.push(disposable);
    return disposable;
  };
  setLanguage(context);
  const log = register(vscode.window.createOutputChannel('Sequin', { log: true }));
  log.info(`Activated Sequin for VS Code ${extensionVersion(context)} in VS Code ${vscode.version}`);

  const services = createServices(context, register, log);
  const { connections, servers } = services;
  const views = createViews(context, register, services);
  const { panels, tree } = views;
  const ui = createVsCodeUi(log, register(new StatusMessage(servers, clock)));
  register(registerCommands(createCommandContext(context, register, { ...services, ...views, ui })));
  register(registerTools({ ui, servers, now: () => clock.now() }, log));

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

/** Sets the language of all texts, and the user's time zone as a page last reported it. */
function setLanguage({ globalState }: vscode.ExtensionContext): void {
  if (vscode.l10n.bundle !== undefined) {
    l10n.config({ contents: vscode.l10n.bundle });
  }
  if (process.env['NODE_ENV'] !== 'production' && process.env['SEQUIN_PSEUDOLOCALIZE'] !== undefined) {
    l10n.config({ contents: createPseudoBundle() });
  }
  setLocale(vscode.env.language, globalState.get<string>(storageKeys.timeZone));
}

/** What views and commands read and change. */
interface Services extends Pick<
  CommandContext,
  'connections' | 'servers' | 'metrics' | 'createMetricsFetch'
> {
  readonly settings: Settings;
  readonly log: vscode.LogOutputChannel;
  readonly createApiClient: ReturnType<typeof createApiClientFactory>;
}

/** Creates the settings, the connections, and the servers that they lead to. */
function createServices(
  context: vscode.ExtensionContext,
  register: Register,
  log: vscode.LogOutputChannel,
): Services {
  const logProblem = (problem: string): void => {
    log.warn(problem);
  };
  const settings = new Settings(logProblem);
  const services = {
    log,
    settings,
    connections: register(createConnectionStore(context, settings, clock, logProblem)),
    servers: register(new ServerRegistry()),
    metrics: new MetricsStore(context.secrets, getMachineNames()),
    createApiClient: createApiClientFactory(log),
    createMetricsFetch: createMetricsFetchFactory(log),
  };
  register(startServerManager({ ...services, storagePath: context.globalStorageUri.fsPath }));
  return services;
}

/** What commands use of the views. */
interface Views extends Pick<CommandContext, 'tree' | 'treeOptions' | 'panels' | 'yamlFiles'> {
  readonly sinksView: SinksView;
  readonly activityView: ActivityView;
}

/** Creates the two trees, the pages, the status bar item, the notifications and the help with `sequin.yaml`. */
function createViews(
  context: vscode.ExtensionContext,
  register: Register,
  { connections, servers, settings }: Services,
): Views {
  const { globalState, workspaceState, extensionUri } = context;
  const expandedRows = new ExpandedRows(workspaceState);
  register(
    connections.onDidChange(() => {
      expandedRows.retain(new Set(connections.retained.map(({ id }) => id)));
    }),
  );
  const treeOptions = register(new TreeOptionsStore(workspaceState, settings));
  const displayOptions = (): TreeOptionsStore['current'] => treeOptions.current;
  const createTree = (listRoot: ListRootNodes): TreeProvider =>
    register(new TreeProvider({ servers, clock, displayOptions, listRootNodes: listRoot, expandedRows }));
  const tree = createTree(listRootNodes);
  const activityTree = createTree(listActivityNodes);
  register(
    treeOptions.onDidChange(() => {
      tree.refresh();
    }),
  );
  const setTimeZone = (timeZone: string): void => {
    if (timeZone !== globalState.get<string>(storageKeys.timeZone)) {
      void globalState.update(storageKeys.timeZone, timeZone);
      setLocale(vscode.env.language, timeZone);
      tree.refresh();
      activityTree.refresh();
    }
  };
  const panels = register(new PagePanelManager({ servers, extensionUri, setTimeZone }, clock));
  const lastViewed = register(new LastViewed(globalState, clock));
  register(new StatusBar({ servers, lastViewed, seenStalls: new SeenStalls(globalState), clock }));
  register(startNotifier(servers, settings, context, (ref) => panels.isShown(ref)));
  register(new BackfillListProgress(servers, clock));
  register(watchForYamlFiles());
  const yaml = { clock, servers, settings, workspaceState, createSinkHover };
  return {
    tree,
    treeOptions,
    panels,
    sinksView: register(new SinksView({ tree, servers, clock, lastViewed })),
    activityView: register(new ActivityView({ tree: activityTree, servers, lastViewed })),
    yamlFiles: register(new YamlFileWatcher(yaml)),
  };
}

/** Creates the services that commands use. */
function createCommandContext(
  { globalState, extension }: vscode.ExtensionContext,
  register: Register,
  { sinksView, activityView, ...services }: Services & Views & Pick<CommandContext, 'ui'>,
): CommandContext {
  const { connections, settings, createApiClient } = services;
  const insecureConsent = new InsecureAddressConsent(globalState);
  const isEnabled = (): boolean => settings.notifications === 'all';
  const metricsOffer = register(new MetricsOffer({ ...services, memento: globalState, clock, isEnabled }));
  register(
    connections.onDidChange(() => {
      insecureConsent.retain(new Set(connections.retained.map(({ address }) => address)));
      metricsOffer.retain(new Set(connections.retained.map(({ id }) => id)));
    }),
  );
  return {
    ...services,
    insecureConsent,
    metricsOffer,
    plans: register(new PlanDocuments()),
    getSelection: () => sinksView.selection,
    revealRow: (row) => sinksView.reveal(row),
    getFocusedRows: (viewId) => (viewId === viewIds.activity ? activityView : sinksView).getFocusedRows(),
    extensionId: extension.id,
    linkBase: `${vscode.env.uriScheme}://${extension.id}`,
    createApiClient: (address, token) => createApiClient(address, () => Promise.resolve(token)),
  };
}

function extensionVersion({ extension }: vscode.ExtensionContext): string {
  const { version } = extension.packageJSON as { version: string };
  return version;
}
