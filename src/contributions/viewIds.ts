/** The views that package.json contributes. A unit test checks that both match. */
export const viewIds = { sinks: 'sequin.sinks', activity: 'sequin.activity' } as const;

/** The commands that VS Code itself registers to open and focus a view. */
export const focusSinksCommand = `${viewIds.sinks}.focus` as const;
export const focusActivityCommand = `${viewIds.activity}.focus` as const;

/** The id of the walkthrough _Get Started_. */
export const walkthroughId = 'getStarted';

/** The type of the panels that show a backfill or a sink. package.json has an activation event to restore them. */
export const pagePanelType = 'sequin.backfill';

export const statusBarItemId = 'sequin.status';

/** The id of the status bar item that reports successes. */
export const statusMessageId = 'sequin.statusMessage';

/**
 * The command that runs the action of the status bar item {@link statusMessageId}. The underscore hides it from VS
 * Code's lists of commands, since it has no effect elsewhere.
 */
export const runStatusActionCommand = '_sequin.runStatusAction';

/** The URI schemes of documents that show a plan, or that compare a file with a server. */
export const planScheme = 'sequin-plan';
export const comparisonScheme = 'sequin-comparison';

/** The id of the status bar item that shows the connection of a `sequin.yaml` file. */
export const yamlConnectionItemId = 'sequin.yamlConnection';

/**
 * The command of the item {@link yamlConnectionItemId}. It isn't in package.json, since it works only from the item.
 */
export const chooseYamlConnectionCommand = 'sequin.yaml.chooseConnection';
