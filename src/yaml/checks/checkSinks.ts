import * as l10n from '@vscode/l10n';
import type { SinkRef } from '../../model/BackfillRef.ts';
import type { YamlSymbols } from '../document/symbols.ts';
import {
  getEntry,
  getItems,
  getString,
  getValue,
  type YamlMap,
  type YamlNode,
} from '../document/YamlNode.ts';
import type { RuleProblem } from './Problem.ts';

/** Reports combinations of keys in sinks that the server rejects or ignores, and that a schema can't describe. */
export function checkSinks(root: YamlMap): RuleProblem[] {
  return getItems(getValue(root, 'sinks')).flatMap((sink) =>
    [checkEnrichment(sink), checkInitialBackfill(sink), checkActions(sink)].filter(
      (problem) => problem !== undefined,
    ),
  );
}

function checkEnrichment(sink: YamlNode): RuleProblem | undefined {
  const entry = getEntry(sink, 'enrichment');
  if (entry === undefined || getString(sink, 'enrichment') === 'none') {
    return undefined;
  }
  const tables = getItems(getValue(getValue(sink, 'source'), 'include_tables'));
  const hasOneTable = tables.length === 1 || getString(sink, 'table') !== undefined;
  const message = l10n.t('An enrichment requires exactly one table in source.include_tables.');
  return hasOneTable ? undefined : { severity: 'error', range: entry.keyRange, message };
}

function checkInitialBackfill(sink: YamlNode): RuleProblem | undefined {
  const value = getValue(sink, 'initial_backfill');
  const source = getValue(sink, 'source');
  const excluded = ['exclude_tables', 'exclude_schemas'].filter(
    (key) => getItems(getValue(source, key)).length > 0,
  );
  // If the sink lists its tables, Sequin backfills exactly these.
  const listsTables =
    getString(sink, 'table') !== undefined || getItems(getValue(source, 'include_tables')).length > 0;
  if (value?.kind !== 'scalar' || value.value !== true || listsTables || excluded.length === 0) {
    return undefined;
  }
  const message = l10n.t(
    'The initial backfill ignores {0}: it includes the excluded tables. List the tables to backfill instead.',
    excluded.join(', '),
  );
  return { severity: 'warning', range: value.range, message };
}

function checkActions(sink: YamlNode): RuleProblem | undefined {
  const entry = getEntry(sink, 'actions');
  return entry?.value.kind === 'list' && entry.value.items.length === 0
    ? {
        severity: 'warning',
        range: entry.keyRange,
        message: l10n.t('Without actions, the sink sends no changes.'),
      }
    : undefined;
}

/** Reports initial backfills of sinks that already exist. An initial backfill starts only when its sink is created. */
export function checkExistingSinks(
  { definitions }: YamlSymbols,
  existingSinks: ReadonlyMap<string, SinkRef>,
): RuleProblem[] {
  return definitions.flatMap(({ kind, name, node }): RuleProblem[] => {
    const ref = kind === 'sink' ? existingSinks.get(name) : undefined;
    const entry = getEntry(node, 'initial_backfill');
    if (ref === undefined || entry === undefined || !requestsBackfill(entry.value)) {
      return [];
    }
    return [
      {
        severity: 'hint',
        range: entry.keyRange,
        message: l10n.t('The sink exists, so its initial backfill doesn’t start. Start a backfill instead.'),
        fixes: [{ title: l10n.t('Start Backfill…'), edits: [], startsBackfillOf: ref }],
      },
    ];
  });
}

/** Whether the value of `initial_backfill` starts backfills when the sink is created. */
export function requestsBackfill(value: YamlNode | undefined): boolean {
  return value?.kind === 'list' ? value.items.length > 0 : value?.kind === 'scalar' && value.value === true;
}
