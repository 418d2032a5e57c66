import * as l10n from '@vscode/l10n';
import type { ConfigResource, PlanDifference } from '../../model/ConfigPlan.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import { requestsBackfill } from '../checks/checkSinks.ts';
import { listScalars } from '../document/listNodes.ts';
import { isSecret } from '../document/secrets.ts';
import { collectSymbols, isName } from '../document/symbols.ts';
import {
  getEntry,
  getItems,
  getString,
  getValue,
  type YamlMap,
  type YamlNode,
} from '../document/YamlNode.ts';

/** Settings of a database that no plan shows (recordings y04-36, y04-52, y04-54 and y04-55). */
const hiddenDatabaseKeys = ['annotations', 'queue_interval', 'queue_target', 'await_database'];
const hiddenPublicationKeys = ['create_if_not_exists', 'init_sql'];

/** Settings of a change retention that no plan shows. */
const hiddenRetentionKeys = ['status', 'field_path', 'field_type'];

/** Describes what the plan of a file doesn't show or shows incorrectly, in one sentence for each limitation. */
export function describePlanLimitations(root: YamlMap, difference: PlanDifference): string[] {
  const newFunctionNames = listNewFunctions(root, difference).join(', ');
  const hiddenKeys = listHiddenKeys(root).join(', ');
  const existingSinks = listExistingSinks(root, difference);
  const namesWithBackfill = formatNames(
    existingSinks.filter(({ node }) => requestsBackfill(getValue(node, 'initial_backfill'))),
  );
  const movedNames = formatNames(existingSinks.filter(({ node, old }) => isMoved(node, old)));
  return [
    newFunctionNames &&
      l10n.t(
        'Sequin’s plan shows "none" where a sink uses a function that the file creates: {0}.',
        newFunctionNames,
      ),
    hiddenKeys && l10n.t('Sequin’s plan doesn’t show changes to {0}.', hiddenKeys),
    namesWithBackfill &&
      l10n.t('The initial backfill of a sink that exists doesn’t start: {0}.', namesWithBackfill),
    movedNames && l10n.t('Sequin doesn’t move a sink to another database: {0}.', movedNames),
    getItems(getValue(root, 'api_tokens')).length > 0 ? l10n.t('Sequin’s plan doesn’t show API tokens.') : '',
    hasSecrets(root)
      ? l10n.t('Secrets are masked. A changed secret whose mask is the same shows no difference.')
      : '',
  ].filter(Boolean);
}

/**
 * Lists the functions that the plan shows as "none" in sinks, because the plan also creates the functions (recordings
 * y04-05, y04-60).
 */
function listNewFunctions(root: YamlMap, { created }: PlanDifference): string[] {
  const newFunctions = new Set(
    created.filter(({ section }) => section === 'functions').map(({ name }) => name),
  );
  const usedReferences = collectSymbols(root).references.filter(
    ({ kind, name }) => kind === 'function' && newFunctions.has(name),
  );
  return [...new Set(usedReferences.map(({ name }) => toDisplayText(name)))];
}

function listHiddenKeys(root: YamlMap): string[] {
  const listUsed = (owners: readonly (YamlNode | undefined)[], keys: readonly string[]): string[] =>
    keys.filter((key) => owners.some((owner) => getEntry(owner, key) !== undefined));
  const databases = getItems(getValue(root, 'databases'));
  const retentions = getItems(getValue(root, 'change_retentions'));
  const filters = retentions.flatMap((retention) => getItems(getValue(retention, 'filters')));
  return [
    ...listUsed(databases, hiddenDatabaseKeys),
    ...listUsed(
      databases.flatMap((database) => [getValue(database, 'publication'), getValue(database, 'slot')]),
      hiddenPublicationKeys,
    ),
    ...listUsed([...retentions, ...filters], hiddenRetentionKeys),
  ];
}

/** A sink of the file that already exists on the server. */
interface ExistingSink {
  readonly node: YamlNode;
  readonly name: string;
  readonly old: ConfigResource;
}

/** Lists the sinks of the file that already exist: Sequin ignores some changes to them (recordings y04-25, y04-31). */
function listExistingSinks(root: YamlMap, { changed, unchanged }: PlanDifference): ExistingSink[] {
  const existingResources = [...changed, ...unchanged].filter(({ section }) => section === 'sinks');
  return getItems(getValue(root, 'sinks')).flatMap((node) => {
    const name = getString(node, 'name') ?? '';
    const old = existingResources.find((each) => each.name === name)?.old;
    return old === undefined ? [] : [{ node, name, old }];
  });
}

function formatNames(sinks: readonly ExistingSink[]): string {
  return sinks.map(({ name }) => toDisplayText(name)).join(', ');
}

function isMoved(node: YamlNode, old: ConfigResource): boolean {
  const database = getString(node, 'database');
  return isName(database) && old['database'] !== database;
}

function hasSecrets(root: YamlMap): boolean {
  return listScalars(root).some(
    ({ node, path }) => typeof node.value === 'string' && node.value !== '' && isSecret(path, node.value),
  );
}
