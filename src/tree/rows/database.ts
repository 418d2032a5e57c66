import * as l10n from '@vscode/l10n';
import { createContextValue } from '../../contributions/rowContext.ts';
import type { Server } from '../../servers/ServerRegistry.ts';
import { getSinksOfDatabase } from '../../servers/Snapshot.ts';
import { formatAccessibleLabel } from '../../text/accessibleLabel.ts';
import { describeDatabase } from '../../text/databaseText.ts';
import { formatCount } from '../../text/format.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import { createDatabaseHover } from '../hover.ts';
import { iconColors, type Row, type RowKind, type TreeDisplayOptions } from '../RowKind.ts';
import type { DatabaseNode, DatabasesNode, TreeNode } from '../TreeNode.ts';

/** The row of all databases of a connection, or none if there is nothing to show. */
export function listDatabaseGroup(
  { monitor }: Pick<Server, 'monitor'>,
  { showDatabases }: TreeDisplayOptions,
): DatabasesNode[] {
  return monitor === undefined || !showDatabases || monitor.snapshot.databases.size === 0
    ? []
    : [{ kind: 'databases', connectionId: monitor.connection.id }];
}

export const databasesRow: RowKind<DatabasesNode> = {
  expandedByDefault: false,
  getChildren: ({ connectionId }, { monitor }) =>
    [...(monitor?.snapshot.databases.values() ?? [])]
      .sort((a, b) => a.name.localeCompare(b.name))
      .map(({ id }): TreeNode => ({ kind: 'database', connectionId, databaseId: id })),
  render: (_node, { monitor }) => {
    if (monitor === undefined) {
      return undefined;
    }
    const { databases, connectionTests } = monitor.snapshot;
    const failed = [...connectionTests.values()].filter(({ isPassed }) => !isPassed).length;
    const description =
      failed === 0
        ? formatCount(databases.size)
        : failed === 1
          ? l10n.t('1 connection test failed')
          : l10n.t('{0} connection tests failed', formatCount(failed));
    return {
      label: l10n.t('Databases'),
      description,
      icon: failed === 0 ? { id: 'database' } : { id: 'warning', color: iconColors.yellow },
      accessibleLabel: formatAccessibleLabel(l10n.t('Databases'), description),
      contextValue: '',
      status: description,
    };
  },
};

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
      // Without the age, which changes all the time.
      status: `${test?.testedAt ?? ''} ${sinkCount}`,
    };
  },
  createHover: ({ databaseId }, { monitor }, now) => {
    const database = monitor?.snapshot.databases.get(databaseId);
    return monitor && database && createDatabaseHover(database, monitor, now);
  },
};
