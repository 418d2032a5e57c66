import * as l10n from '@vscode/l10n';
import type { PlanDifference, ResourceChange } from '../model/ConfigPlan.ts';
import type { Connection } from '../model/Connection.ts';
import {
  type Confirmation,
  formatConfirmLabel,
  formatNameLines,
  formatProduction,
  type Interruption,
} from './confirmationText.ts';
import { formatCount, formatList } from './format.ts';
import { toDisplayText } from './toDisplayText.ts';

/** Counts the changes of a plan: `1 created, 2 changed, 14 unchanged`. */
export function summarizePlan({ created, changed, deleted, unchanged }: PlanDifference): string {
  const parts = [
    created.length > 0 ? l10n.t('{0} created', formatCount(created.length)) : '',
    changed.length > 0 ? l10n.t('{0} changed', formatCount(changed.length)) : '',
    deleted.length > 0 ? l10n.t('{0} deleted', formatCount(deleted.length)) : '',
    l10n.t('{0} unchanged', formatCount(unchanged.length)),
  ];
  return parts.filter(Boolean).join(', ');
}

/** The input of {@link createApplyConfirmation}: a plan, and the effects of applying it. */
interface ApplyConfirmationInput {
  readonly fileName: string;
  readonly connection: Pick<Connection, 'name' | 'production'>;
  readonly plan: PlanDifference;
  /** The databases whose replication restarts, and the running backfills that this interrupts. */
  readonly interruption: Interruption;
}

/** The confirmation for applying a file. In production, Enter dismisses the dialog. */
export function createApplyConfirmation(input: ApplyConfirmationInput): Confirmation {
  const { connection, plan, interruption } = input;
  const fileName = toDisplayText(input.fileName);
  const production = formatProduction([connection]);
  const changes = [
    ...plan.created.map((resource) => l10n.t('Create {0}', formatResource(resource))),
    ...plan.changed.map((resource) => l10n.t('Change {0}', formatResource(resource))),
    ...plan.deleted.map((resource) => l10n.t('Delete {0}', formatResource(resource))),
    ...plan.actions,
  ];
  return {
    message:
      production === undefined
        ? l10n.t('Apply {0} to {1}?', fileName, toDisplayText(connection.name))
        : l10n.t('Apply {0} in {1}?', fileName, production),
    detail: [
      changes.length === 0
        ? l10n.t('The plan shows no changes. Settings that it can’t show are applied, too.')
        : formatNameLines(changes),
      ...(interruption.databases.length === 0 ? [] : [describeReplicationRestart(interruption)]),
    ].join('\n\n'),
    confirmLabel: formatConfirmLabel(l10n.t('Apply'), production !== undefined),
    dismissLabel: l10n.t('Don’t Apply'),
    isDismissDefault: production !== undefined,
  };
}

/**
 * Warns that applying a file restarts the replication of each database in the file, even of unchanged ones (recording
 * y05).
 */
function describeReplicationRestart({ count, databases }: Interruption): string {
  const names = formatList(databases.map(toDisplayText));
  switch (count) {
    case 0:
      return l10n.t('Sequin restarts the replication of {0}, even if nothing changes there.', names);
    case 1:
      return l10n.t(
        'Sequin restarts the replication of {0}, even if nothing changes there. This interrupts 1 running backfill for about 20 s and makes it repeat some rows.',
        names,
      );
    default:
      return l10n.t(
        'Sequin restarts the replication of {0}, even if nothing changes there. This interrupts {1} running backfills for about 20 s and makes them repeat some rows.',
        names,
        formatCount(count),
      );
  }
}

function formatResource({ section, name }: ResourceChange): string {
  const shownName = toDisplayText(name);
  const texts = new Map([
    ['databases', l10n.t('database {0}', shownName)],
    ['change_retentions', l10n.t('change retention {0}', shownName)],
    ['http_endpoints', l10n.t('HTTP endpoint {0}', shownName)],
    ['functions', l10n.t('function {0}', shownName)],
    ['sinks', l10n.t('sink {0}', shownName)],
    ['users', l10n.t('user {0}', shownName)],
  ]);
  return texts.get(section) ?? shownName;
}
