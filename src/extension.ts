import { homedir } from 'node:os';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { SequinExtension } from '../api/index.d.ts';
import type { CoreServices } from './activation/CoreServices.ts';
import type { Actions } from './activation/createActions.ts';
import { Log } from './activation/Log.ts';
import type { Monitoring } from './activation/startMonitoring.ts';
import { registerTools } from './chat/registerTools.ts';
import { registerCommands } from './commands/registerCommands.ts';
import { connectForDevelopment } from './connections/connectForDevelopment.ts';
import type { ConnectionStore } from './connections/ConnectionStore.ts';
import { createConnectionStore } from './connections/createConnectionStore.ts';
import { hasCliContexts } from './connections/hasCliContexts.ts';
import { contextKeys } from './contributions/contextKeys.ts';
import { setContextKey } from './contributions/setContextKey.ts';
import { Settings } from './contributions/Settings.ts';
import { pagePanelType, viewIds } from './contributions/viewIds.ts';
import type { PagePanelManager } from './detail/PagePanelManager.ts';
import { createPublicApi } from './publicApi/createPublicApi.ts';
import { watchConnectionContextKeys } from './servers/connectionContextKeys.ts';
import { hasSavedSnapshots } from './servers/hasSavedSnapshots.ts';
import { ServerRegistry } from './servers/ServerRegistry.ts';
import { systemClock } from './shared/clock.ts';
import { lazyAsync } from './shared/lazy.ts';
import { DisposableStore, startPart } from './shared/lifecycle.ts';
import { createPseudoBundle } from './shared/pseudoBundle.ts';
import { DeferredTree } from './tree/DeferredTree.ts';
import type { TreeProvider } from './tree/TreeProvider.ts';
import { watchForYamlDocuments, watchForYamlFiles } from './yaml/watchForYaml.ts';
import type { YamlSupport } from './yaml/yamlSupport.ts';

/** The value that `activate` returns: the public API and, in tests inside VS Code, parts of the extension. */
export interface ExtensionExports extends SequinExtension {
  readonly test?: TestApi;
}

/** The parts of the extension that tests inside VS Code use. */
export interface TestApi {
  readonly connections: ConnectionStore;
  readonly servers: ServerRegistry;
  readonly tree: TreeProvider;
}

/**
 * Registers the extension with VS Code, and loads the connections. Activation does only what the first row, the status
 * bar and commands need; the rest follows in the next task. The monitoring loads with the first connection, or when an
 * action needs it; the code of commands, tools and pages loads when the first of them is used. Activation sends
 * no requests: polls start when a view is visible or there is a saved queue and, for notifications, some time after VS
 * Code has started.
 */
export async function activate(context: vscode.ExtensionContext): Promise<ExtensionExports> {
  setLanguage();
  const core = createCoreServices(context);
  const { register, log, connections, servers } = core;
  const loaded = loadConnections(connections);
  const { loadMonitoring, loadActions, loadYamlSupport } = createLoaders(core, loaded);
  const logFailure = (error: unknown): void => {
    log.error('A part of the extension failed to load', error);
  };
  const loadActionsOrExplain = async (): Promise<Actions> => {
    try {
      return await loadActions();
    } catch (error) {
      logFailure(error);
      throw new Error(l10n.t('Couldn’t load Sequin. Reload the window and try again.'), {
        cause: error,
      });
    }
  };

  register(registerActions(loadActionsOrExplain, core));
  register(watchConnectionContextKeys(connections));
  const monitorConnections = async (): Promise<void> => {
    // Without a connection, there may still be saved data of earlier connections, which the monitoring deletes.
    if (connections.states.length > 0 || hasSavedSnapshots(context.globalStorageUri.fsPath)) {
      await loadMonitoring().catch(logFailure);
    } else {
      // A restart of the extension host ends the sample server, but VS Code keeps the context keys.
      setContextKey(contextKeys.hasActivity, false);
      setContextKey(contextKeys.someQueue, false);
    }
  };
  register(connections.onDidChange(() => void monitorConnections()));
  await waitBriefly(loaded.then(monitorConnections));
  // The rest can wait until after activation. VS Code restores pages once the serializer is registered.
  register(
    systemClock.schedule(0, () => {
      logVersions(core);
      register(registerPageRestoring(loadActionsOrExplain));
      register(watchForYamlDocuments(() => void loadYamlSupport().catch(logFailure)));
      register(watchFiles());
    }),
  );
  return {
    ...createPublicApi(servers, async () => (await loadActionsOrExplain()).apiMethods),
    ...(context.extensionMode === vscode.ExtensionMode.Test && {
      test: { connections, servers, tree: (await loadMonitoring()).tree },
    }),
  };
}

/** How long activation waits for the connections, in milliseconds. */
const maxActivationMs = 2_000;

/**
 * Waits until the connections are monitored, but not for as long as the user takes to unlock a keyring: VS Code runs
 * the first command only after activation. If the wait ends early, the Sinks view shows its progress bar.
 */
async function waitBriefly(monitored: Promise<void>): Promise<void> {
  const { promise: timeout, resolve } = Promise.withResolvers<undefined>();
  const timer = systemClock.schedule(maxActivationMs, () => {
    void vscode.window.withProgress({ location: { viewId: viewIds.sinks } }, () => monitored);
    resolve(undefined);
  });
  await Promise.race([monitored, timeout]);
  timer.dispose();
}

/**
 * Functions that load a part of the extension once. They reject if the part can't be loaded; the next call tries again.
 */
interface Loaders {
  readonly loadMonitoring: () => Promise<Monitoring>;
  readonly loadActions: () => Promise<Actions>;
  readonly loadYamlSupport: () => Promise<YamlSupport>;
}

/** @param connectionsLoaded resolves when the connections are loaded; all parts need them */
function createLoaders(core: CoreServices, connectionsLoaded: Promise<void>): Loaders {
  let panels: PagePanelManager | undefined;
  const start = <T>(startWith: (services: CoreServices) => T | Promise<T>): Promise<T> =>
    startPart(core.register, (register) => startWith({ ...core, register }));
  const loadMonitoring = lazyAsync(async () => {
    await connectionsLoaded;
    const { startMonitoring } = await import('./activation/startMonitoring.ts');
    return start((services) => startMonitoring(services, (ref) => panels?.isShown(ref) ?? false));
  });
  const loadYamlSupport = lazyAsync(async () => {
    await loadMonitoring();
    const { startYaml } = await import('./activation/startYaml.ts');
    return start(startYaml);
  });
  const loadActions = lazyAsync(async () => {
    const monitoring = await loadMonitoring();
    const { createActions } = await import('./activation/createActions.ts');
    const actions = await start((services) => createActions(services, monitoring, loadYamlSupport));
    ({ panels } = actions);
    return actions;
  });
  return { loadMonitoring, loadActions, loadYamlSupport };
}

/** Sets the language of all texts. */
function setLanguage(): void {
  if (vscode.l10n.bundle !== undefined) {
    l10n.config({ contents: vscode.l10n.bundle });
  }
  if (process.env['NODE_ENV'] !== 'production' && process.env['SEQUIN_PSEUDOLOCALIZE'] !== undefined) {
    l10n.config({ contents: createPseudoBundle() });
  }
}

/** Creates the services that exist from activation on. */
function createCoreServices(context: vscode.ExtensionContext): CoreServices {
  const disposables = new DisposableStore();
  context.subscriptions.push(disposables);
  const register: CoreServices['register'] = (disposable) => disposables.add(disposable);
  const log = register(new Log());
  const logProblem = (problem: string): void => {
    log.warn(problem);
  };
  const settings = new Settings(logProblem);
  const deferredTree = register(new DeferredTree());
  const viewOptions = { treeDataProvider: deferredTree, canSelectMany: true, showCollapseAll: true };
  return {
    context,
    register,
    log,
    settings,
    connections: register(createConnectionStore(context, settings, systemClock, logProblem)),
    servers: register(new ServerRegistry()),
    deferredTree,
    sinksTreeView: register(vscode.window.createTreeView(viewIds.sinks, viewOptions)),
  };
}

function logVersions({ context, log }: CoreServices): void {
  const { version } = context.extension.packageJSON as { version: string };
  log.info(`Activated Sequin for VS Code ${version} in VS Code ${vscode.version}`);
}

/** Registers the function that restores the pages when a window is reloaded. */
function registerPageRestoring(loadActions: () => Promise<Actions>): vscode.Disposable {
  return vscode.window.registerWebviewPanelSerializer(pagePanelType, {
    deserializeWebviewPanel: async (panel, state: unknown) => {
      (await loadActions()).panels.restore(panel, state);
    },
  });
}

/** Sets the context keys that depend on files. Searching for the files takes longer than the rest of activation. */
function watchFiles(): vscode.Disposable {
  void hasCliContexts(homedir()).then((hasContexts) => {
    setContextKey(contextKeys.cliContexts, hasContexts);
  });
  return watchForYamlFiles();
}

/** Reads the connections from the settings and their tokens from SecretStorage. */
async function loadConnections(connections: ConnectionStore): Promise<void> {
  if (process.env['NODE_ENV'] !== 'production') {
    await connectForDevelopment(connections, process.env);
  }
  void connections.load();
  await connections.whenLoaded;
}

/** Registers everything that the user, a language model or a link can start. */
function registerActions(
  loadActions: () => Promise<Actions>,
  { log, connections, context }: CoreServices,
): vscode.Disposable {
  return vscode.Disposable.from(
    registerCommands(async () => (await loadActions()).runCommand, {
      log,
      connections,
      extensionId: context.extension.id,
    }),
    registerTools(async () => (await loadActions()).tools),
    vscode.window.registerUriHandler({ handleUri: async (uri) => (await loadActions()).openLink(uri) }),
  );
}
