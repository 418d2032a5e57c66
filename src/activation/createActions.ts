import * as vscode from 'vscode';
import { createToolRunner, type ToolRunner } from '../chat/createToolRunner.ts';
import type { CommandContext } from '../commands/CommandHandler.ts';
import { MetricsOffer } from '../commands/connections/MetricsOffer.ts';
import { type CommandRunner, createCommandRunner } from '../commands/createCommandRunner.ts';
import { createVsCodeUi } from '../commands/createVsCodeUi.ts';
import { StatusMessage } from '../commands/StatusMessage.ts';
import { openLink } from '../commands/view/openLink.ts';
import { viewIds } from '../contributions/viewIds.ts';
import { PagePanelManager } from '../detail/PagePanelManager.ts';
import { type ApiMethods, createApiMethods } from '../publicApi/createApiMethods.ts';
import { systemClock as clock } from '../shared/clock.ts';
import type { CoreServices } from './CoreServices.ts';
import type { Monitoring } from './startMonitoring.ts';

/** The entry points whose code loads on first use. */
export interface Actions {
  readonly runCommand: CommandRunner;
  readonly tools: ToolRunner;
  readonly apiMethods: ApiMethods;
  readonly panels: PagePanelManager;
  readonly openLink: (uri: vscode.Uri) => Promise<void>;
}

/** Creates the manager of the pages, and the functions that run commands, tools, API methods and links. */
export function createActions(
  core: CoreServices,
  monitoring: Monitoring,
  loadYamlSupport: CommandContext['loadYamlSupport'],
): Actions {
  const { context, register, log, servers } = core;
  const { setTimeZone } = monitoring;
  const panels = register(
    new PagePanelManager({ servers, extensionUri: context.extensionUri, setTimeZone }, clock),
  );
  const ui = createVsCodeUi(log, register(new StatusMessage(servers, clock)));
  const commandContext = createCommandContext(core, monitoring, { panels, ui, loadYamlSupport });
  return {
    runCommand: createCommandRunner(commandContext),
    tools: createToolRunner({ ui, servers, clock }, log),
    apiMethods: createApiMethods({ ui, servers }),
    panels,
    openLink: (uri) => openLink(commandContext, uri),
  };
}

function createCommandContext(
  { context, log, settings, connections, servers }: CoreServices,
  { sinksView, activityView, createApiClient, ...monitoring }: Monitoring,
  services: Pick<CommandContext, 'panels' | 'ui' | 'loadYamlSupport'>,
): CommandContext {
  const { extension } = context;
  const metricsOffer = new MetricsOffer({
    ...services,
    ...monitoring,
    servers,
    clock,
    isEnabled: () => settings.notifications === 'all',
  });
  return {
    ...services,
    ...monitoring,
    log,
    connections,
    servers,
    metricsOffer,
    getSelection: () => sinksView.selection,
    revealRow: (row) => sinksView.reveal(row),
    getFocusedRows: (viewId) => (viewId === viewIds.activity ? activityView : sinksView).getFocusedRows(),
    linkBase: `${vscode.env.uriScheme}://${extension.id}`,
    createApiClient: (address, token) => createApiClient(address, () => Promise.resolve(token)),
  };
}
