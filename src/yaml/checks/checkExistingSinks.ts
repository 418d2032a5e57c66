import * as l10n from '@vscode/l10n';
import type { SinkRef } from '../../model/BackfillRef.ts';
import type { YamlSymbols } from '../document/symbols.ts';
import { getEntry, type YamlNode } from '../document/YamlNode.ts';
import type { RuleProblem } from './Problem.ts';

/** Reports initial backfills of sinks that exist, since these start only when a sink is created. */
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
