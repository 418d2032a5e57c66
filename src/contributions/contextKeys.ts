import type { SignInState } from '../model/Connection.ts';

/** The context keys that the `when` clauses of package.json use. A unit test checks that both match. */
export const contextKeys = {
  /**
   * `signedIn` if any connection is signed in, else the first connection's state; `none` if there are no connections.
   */
  connection: 'sequin.connection',
  /** Like `connection`, but ignores the sample data. */
  ownConnection: 'sequin.ownConnection',
  sampleData: 'sequin.sampleData',
  /** Whether each connection has a row of its own, because there are several connections or there is sample data. */
  severalConnections: 'sequin.severalConnections',
  someProduction: 'sequin.someProduction',
  someNotProduction: 'sequin.someNotProduction',
  someHidden: 'sequin.someHidden',
  /** Whether the Sequin CLI has contexts on this machine. */
  cliContexts: 'sequin.cliContexts',
  /** Whether a connection has a queue of backfills. */
  someQueue: 'sequin.someQueue',
  /** Whether the user has opened a page in this window. */
  hasOpenedPage: 'sequin.hasOpenedPage',
  /** Whether the user has changed a backfill or a sink in this window. */
  hasMadeChange: 'sequin.hasMadeChange',
  /** Whether the user has opened a `sequin.yaml` file in this window. */
  hasOpenedYaml: 'sequin.hasOpenedYaml',
  /** Whether the Sinks view hides finished backfills. */
  finishedHidden: 'sequin.finishedHidden',
  /** Whether the Activity view has rows. */
  hasActivity: 'sequin.hasActivity',
  /** Whether the workspace has a `sequin.yaml` file. */
  hasYaml: 'sequin.hasYaml',
} as const;

export type ContextKey = (typeof contextKeys)[keyof typeof contextKeys];

/** The type of the value of a context key. */
export type ContextValue<K extends ContextKey> = K extends
  typeof contextKeys.connection | typeof contextKeys.ownConnection
  ? SignInState['kind'] | 'none'
  : boolean;
