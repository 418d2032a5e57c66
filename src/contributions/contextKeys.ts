import type { SignInState } from '../model/Connection.ts';

/** The context keys that the `when` clauses of package.json use, with the type of their values. */
export interface ContextValues {
  /** The best sign-in state of all connections, sample data included. */
  readonly 'sequin.connection': SignInState['kind'] | 'none';
  /** The best sign-in state of the connections in the settings. */
  readonly 'sequin.ownConnection': SignInState['kind'] | 'none';
  readonly 'sequin.sampleData': boolean;
  /** Whether the connections have rows of their own: several, or sample data. */
  readonly 'sequin.severalConnections': boolean;
  readonly 'sequin.someProduction': boolean;
  readonly 'sequin.someNotProduction': boolean;
  readonly 'sequin.someHidden': boolean;
  /** Whether the Sequin CLI has contexts on this machine. */
  readonly 'sequin.cliContexts': boolean;
  /** Whether a connection has a queue of backfills. */
  readonly 'sequin.someQueue': boolean;
  /** Whether the user has opened a page, changed a backfill or a sink, or opened a `sequin.yaml` file in this window. */
  readonly 'sequin.hasOpenedPage': boolean;
  readonly 'sequin.hasActed': boolean;
  readonly 'sequin.hasOpenedYaml': boolean;
  /** Whether the Sinks view hides finished backfills. */
  readonly 'sequin.finishedHidden': boolean;
  /** Whether the workspace has a `sequin.yaml` file. */
  readonly 'sequin.hasYaml': boolean;
  /** Whether the Activity view has rows. */
  readonly 'sequin.hasActivity': boolean;
}

/** A unit test checks that they match the `when` clauses of package.json. */
export const contextKeys = {
  connection: 'sequin.connection',
  ownConnection: 'sequin.ownConnection',
  sampleData: 'sequin.sampleData',
  severalConnections: 'sequin.severalConnections',
  someProduction: 'sequin.someProduction',
  someNotProduction: 'sequin.someNotProduction',
  someHidden: 'sequin.someHidden',
  cliContexts: 'sequin.cliContexts',
  someQueue: 'sequin.someQueue',
  hasOpenedPage: 'sequin.hasOpenedPage',
  hasActed: 'sequin.hasActed',
  hasOpenedYaml: 'sequin.hasOpenedYaml',
  finishedHidden: 'sequin.finishedHidden',
  hasActivity: 'sequin.hasActivity',
  hasYaml: 'sequin.hasYaml',
} as const satisfies Record<string, keyof ContextValues>;
