/** The views that package.json contributes. A unit test checks that both match. */
export const viewIds = { sinks: 'sequin.sinks', activity: 'sequin.activity' } as const;

/** The commands that VS Code itself registers to open and focus a view. */
export const focusSinksCommand = `${viewIds.sinks}.focus` as const;
export const focusActivityCommand = `${viewIds.activity}.focus` as const;

/** The walkthrough for the first minutes. */
export const walkthroughId = 'getStarted';

/** The type of the panels that show a backfill or a sink; package.json activates the extension to restore one. */
export const pagePanelType = 'sequin.backfill';

export const statusBarItemId = 'sequin.status';

/** The id of the status bar item that reports successes. */
export const statusMessageId = 'sequin.statusMessage';

/** Runs the action of that item. VS Code lists no command that begins with an underscore: it makes sense nowhere else. */
export const runStatusActionCommand = '_sequin.runStatusAction';

/** The schemes of the documents that show a plan, and the comparison of a file with a server. */
export const planScheme = 'sequin-plan';
export const comparisonScheme = 'sequin-comparison';

/** The id of the status bar item that shows the connection of a `sequin.yaml` file. */
export const yamlConnectionItemId = 'sequin.yamlConnection';

/** Changes this connection. It isn't contributed, because it makes sense nowhere else. */
export const chooseYamlConnectionCommand = 'sequin.yaml.chooseConnection';
