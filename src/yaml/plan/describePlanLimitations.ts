import * as l10n from '@vscode/l10n';
import type { PlanDifference } from '../../model/ConfigPlan.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import { requestsBackfill } from '../checks/checkSinks.ts';
import { listScalars } from '../document/listNodes.ts';
import { isSecret } from '../document/secrets.ts';
import { collectSymbols } from '../document/symbols.ts';
import {
  getEntry,
  getItems,
  getString,
  getValue,
  type YamlMap,
  type YamlNode,
} from '../document/YamlNode.ts';

/** Settings of a database that no plan shows (recordings y04-36 and y04-52 to y04-55). */
const hiddenDatabaseKeys = ['annotations', 'queue_interval', 'queue_target', 'await_database'];
const hiddenPublicationKeys = ['create_if_not_exists', 'init_sql'];

/** Settings of a change retention that no plan shows. */
const hiddenRetentionKeys = ['status', 'field_path', 'field_type'];

/** Describes what the plan of a file doesn't show or shows incorrectly, in one sentence each. */
export function describePlanLimitations(root: YamlMap, difference: PlanDifference): string[] {
  return [
    ...describeNewFunctions(root, difference),
    ...describeHiddenKeys(root),
    ...describeExistingSinks(root, difference),
    ...(getItems(getValue(root, 'api_tokens')).length > 0
      ? [l10n.t('Sequin’s plan doesn’t show API tokens.')]
      : []),
    ...(hasSecrets(root)
      ? [l10n.t('Secrets are masked. A changed secret whose mask is the same shows no difference.')]
      : []),
  ];
}

/** Describes sinks that appear without a function, because the same plan creates it (recordings y04-05, y04-60). */
function describeNewFunctions(root: YamlMap, { created }: PlanDifference): string[] {
  const newFunctions = new Set(
    created.filter(({ section }) => section === 'functions').map(({ name }) => name),
  );
  const newReferences = collectSymbols(root).references.filter(
    ({ kind, name }) => kind === 'function' && newFunctions.has(name),
  );
  const names = [...new Set(newReferences.map(({ name }) => toDisplayText(name)))];
  return names.length === 0
    ? []
    : [
        l10n.t(
          'Sequin’s plan shows "none" where a sink uses a function that the file creates: {0}.',
          names.join(', '),
        ),
      ];
}

function describeHiddenKeys(root: YamlMap): string[] {
  const listUsed = (owners: readonly (YamlNode | undefined)[], keys: readonly string[]): string[] =>
    keys.filter((key) => owners.some((owner) => getEntry(owner, key) !== undefined));
  const databases = getItems(getValue(root, 'databases'));
  const retentions = getItems(getValue(root, 'change_retentions'));
  const filters = retentions.flatMap((retention) => getItems(getValue(retention, 'filters')));
  const keys = [
    ...listUsed(databases, hiddenDatabaseKeys),
    ...listUsed(
      databases.flatMap((database) => [getValue(database, 'publication'), getValue(database, 'slot')]),
      hiddenPublicationKeys,
    ),
    ...listUsed([...retentions, ...filters], hiddenRetentionKeys),
  ];
  return keys.length === 0 ? [] : [l10n.t('Sequin’s plan doesn’t show changes to {0}.', keys.join(', '))];
}

/** Describes what Sequin ignores in sinks that exist (recordings y04-25, y04-31). */
function describeExistingSinks(root: YamlMap, { changed, unchanged }: PlanDifference): string[] {
  const existing = new Map(
    [...changed, ...unchanged].flatMap(({ section, name, old }) =>
      section === 'sinks' && old !== undefined ? [[name, old] as const] : [],
    ),
  );
  const sinks = getItems(getValue(root, 'sinks')).flatMap((node) => {
    const name = getString(node, 'name') ?? '';
    const old = existing.get(name);
    return old === undefined ? [] : [{ node, name: toDisplayText(name), old }];
  });
  const withBackfill = sinks.filter(({ node }) => requestsBackfill(getValue(node, 'initial_backfill')));
  const moved = sinks.filter(({ node, old }) => {
    const database = getString(node, 'database');
    // The value of a variable is unknown here.
    return database !== undefined && !database.includes('$') && old['database'] !== database;
  });
  const listNames = (items: typeof sinks): string => items.map(({ name }) => name).join(', ');
  return [
    ...(withBackfill.length > 0
      ? [l10n.t('The initial backfill of a sink that exists doesn’t start: {0}.', listNames(withBackfill))]
      : []),
    ...(moved.length > 0
      ? [l10n.t('Sequin doesn’t move a sink to another database: {0}.', listNames(moved))]
      : []),
  ];
}

function hasSecrets(root: YamlMap): boolean {
  return listScalars(root).some(
    ({ node, path }) => typeof node.value === 'string' && node.value !== '' && isSecret(path, node.value),
  );
}
