import * as l10n from '@vscode/l10n';
import type { Connection } from '../model/Connection.ts';
import {
  type Confirmation,
  formatConfirmLabel,
  formatNameLines,
  formatProduction,
} from './confirmationText.ts';
import { formatCount, formatList } from './format.ts';
import { toDisplayText } from './toDisplayText.ts';

/** The resources that a plan concerns. */
export interface PlannedResources {
  readonly created: readonly unknown[];
  readonly changed: readonly unknown[];
  readonly deleted: readonly unknown[];
  readonly unchanged: readonly unknown[];
}

/** Counts the changes of a plan: `1 created, 2 changed, 14 unchanged`. */
export function summarizePlan({ created, changed, deleted, unchanged }: PlannedResources): string {
  const parts = [
    created.length > 0 ? l10n.t('{0} created', formatCount(created.length)) : '',
    changed.length > 0 ? l10n.t('{0} changed', formatCount(changed.length)) : '',
    deleted.length > 0 ? l10n.t('{0} deleted', formatCount(deleted.length)) : '',
    l10n.t('{0} unchanged', formatCount(unchanged.length)),
  ];
  return parts.filter(Boolean).join(', ');
}

/** A plan and the effects of applying it, for the confirmation. */
export interface ApplyConfirmationInput {
  readonly fileName: string;
  readonly connection: Pick<Connection, 'name' | 'production'>;
  readonly plan: {
    readonly created: readonly PlannedResource[];
    readonly changed: readonly PlannedResource[];
    readonly deleted: readonly PlannedResource[];
    /** What else Sequin would do, in its own words. */
    readonly actions: readonly string[];
  };
  /** The databases whose replication restarts. */
  readonly databases: readonly string[];
  /** The number of running backfills that the restart interrupts. */
  readonly interrupted: number;
}

interface PlannedResource {
  readonly section: string;
  readonly name: string;
}

/** The confirmation for applying a file. In production, Enter dismisses the dialog. */
export function createApplyConfirmation(input: ApplyConfirmationInput): Confirmation {
  const { connection, plan, databases } = input;
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
      ...(databases.length === 0 ? [] : [describeReplicationRestart(databases, input.interrupted)]),
    ].join('\n\n'),
    confirmLabel: formatConfirmLabel(l10n.t('Apply'), production !== undefined),
    dismissLabel: l10n.t('Don’t Apply'),
    isDismissDefault: production !== undefined,
  };
}

/** Every apply restarts the replication of the databases in the file, changed or not (recording y05). */
function describeReplicationRestart(databases: readonly string[], interrupted: number): string {
  const names = formatList(databases.map(toDisplayText));
  switch (interrupted) {
    case 0:
      return l10n.t('Sequin restarts the replication of {0}, even without changes there.', names);
    case 1:
      return l10n.t(
        'Sequin restarts the replication of {0}, even without changes there. This interrupts 1 running backfill for about 20 s, and it repeats some rows.',
        names,
      );
    default:
      return l10n.t(
        'Sequin restarts the replication of {0}, even without changes there. This interrupts {1} running backfills for about 20 s, and they repeat some rows.',
        names,
        formatCount(interrupted),
      );
  }
}

function formatResource({ section, name }: PlannedResource): string {
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
