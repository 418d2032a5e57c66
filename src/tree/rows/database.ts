import * as l10n from '@vscode/l10n';
import { createContextValue } from '../../contributions/rowContext.ts';
import { compareByName } from '../../model/Sink.ts';
import type { Server } from '../../servers/ServerRegistry.ts';
import { getSinksOfDatabase, type Snapshot } from '../../servers/Snapshot.ts';
import { describeDatabase } from '../../text/databaseText.ts';
import { formatAccessibleLabel, formatCount } from '../../text/format.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import { createDatabaseHover } from '../hover.ts';
import { iconColors, type Row, type RowKind, type TreeDisplayOptions } from '../RowKind.ts';
import type { DatabaseNode, DatabasesNode, TreeNode } from '../TreeNode.ts';
import { createMessageNodeFactory, toLoadMessages } from './message.ts';

/**
 * Lists the row that groups the databases of a connection. Without known databases, there is a row only if databases
 * couldn't be read, or if loading them failed but loading the sinks didn't: the failure of the sinks has its own row.
 */
export function listDatabaseGroup(
  { monitor }: Pick<Server, 'monitor'>,
  { showDatabases }: TreeDisplayOptions,
): DatabasesNode[] {
  if (monitor === undefined || !showDatabases) {
    return [];
  }
  const { databases, databasesLoad, sinksLoad } = monitor.snapshot;
  const isLoadFailureShown = databasesLoad.failure !== undefined && sinksLoad.failure === undefined;
  return databases.size === 0 && !isLoadFailureShown && databasesLoad.skipped === undefined
    ? []
    : [{ kind: 'databases', connectionId: monitor.connection.id }];
}

export const databasesRow: RowKind<DatabasesNode> = {
  expandedByDefault: false,
  getChildren: ({ connectionId }, { monitor }) =>
    monitor ? listDatabases(connectionId, monitor.snapshot) : [],
  render: (_node, { monitor }) => {
    if (monitor === undefined) {
      return undefined;
    }
    const problem = describeProblem(monitor.snapshot);
    const description = problem ?? formatCount(monitor.snapshot.databases.size);
    return {
      label: l10n.t('Databases'),
      description,
      icon: problem === undefined ? { id: 'database' } : { id: 'warning', color: iconColors.yellow },
      accessibleLabel: formatAccessibleLabel(l10n.t('Databases'), description),
      contextValue: '',
      stateKey: description,
    };
  },
};

/** The rows in the group of the databases. */
function listDatabases(connectionId: string, { databases, databasesLoad }: Snapshot): TreeNode[] {
  const { failure, skipped } = databasesLoad;
  const messages = failure === undefined ? [] : toLoadMessages(databasesLoad).slice(0, 1);
  if (skipped !== undefined) {
    messages.push({ kind: 'skipped', ...skipped });
  }
  return [
    ...messages.map(createMessageNodeFactory(connectionId, 'databases')),
    ...[...databases.values()]
      .sort(compareByName)
      .map(({ id }): TreeNode => ({ kind: 'database', connectionId, databaseId: id })),
  ];
}

/** What is wrong with the databases of a connection; undefined if no problem is known. */
function describeProblem({ databases, databasesLoad, connectionTests }: Snapshot): string | undefined {
  if (databasesLoad.failure !== undefined) {
    return databases.size === 0 ? l10n.t('couldn’t be loaded') : l10n.t('couldn’t be refreshed');
  }
  if (databases.size === 0 && databasesLoad.skipped !== undefined) {
    return l10n.t('couldn’t be read');
  }
  const failed = [...connectionTests.values()].filter(({ isPassed }) => !isPassed).length;
  switch (failed) {
    case 0:
      return undefined;
    case 1:
      return l10n.t('1 connection test failed');
    default:
      return l10n.t('{0} connection tests failed', formatCount(failed));
  }
}

export const databaseRow: RowKind<DatabaseNode> = {
  render: ({ databaseId }, { monitor }): Row | undefined => {
    const database = monitor?.snapshot.databases.get(databaseId);
    if (monitor === undefined || database === undefined) {
      return undefined;
    }
    const { snapshot } = monitor;
    const test = snapshot.connectionTests.get(databaseId);
    const label = toDisplayText(database.name);
    const sinkCount = getSinksOfDatabase(snapshot, database).length;
    const description = describeDatabase(database, sinkCount, test, monitor.serverNow - snapshot.clockSkewMs);
    return {
      label,
      description,
      icon:
        test === undefined
          ? { id: 'database' }
          : test.isPassed
            ? { id: 'database', color: iconColors.green }
            : { id: 'error', color: iconColors.red },
      accessibleLabel: formatAccessibleLabel(
        label,
        test?.isPassed === true ? l10n.t('connection test passed') : '',
        description,
      ),
      contextValue: createContextValue('database', []),
      // Leaves out the age of the test, because the age changes all the time.
      stateKey: `${test?.testedAt ?? ''} ${sinkCount}`,
    };
  },
  createHover: ({ databaseId }, { monitor }, now) => {
    const database = monitor?.snapshot.databases.get(databaseId);
    return monitor && database && createDatabaseHover(database, monitor, now);
  },
};
