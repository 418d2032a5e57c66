import * as l10n from '@vscode/l10n';
import type { SinkAction } from '../model/sinkActions.ts';
import { type ActionTargets, type Confirmation, createActionConfirmation } from './confirmationText.ts';
import { formatCount, formatList } from './format.ts';
import { toDisplayText } from './toDisplayText.ts';

/** Other running backfills that an action on sinks interrupts, since they read the same databases. */
export interface Interruption {
  readonly count: number;
  readonly databases: readonly string[];
}

/** The confirmation for an action on sinks. */
export function createSinkConfirmation(
  action: SinkAction,
  targets: ActionTargets,
  interruption: Interruption,
): Confirmation {
  const confirmation = createActionConfirmation(action, targets);
  return interruption.count === 0
    ? confirmation
    : { ...confirmation, detail: `${confirmation.detail}\n\n${describeInterruption(interruption)}` };
}

function describeInterruption({ count, databases }: Interruption): string {
  const names = formatList(databases.map(toDisplayText));
  return count === 1
    ? l10n.t(
        'Sequin restarts the replication of {0}. This interrupts 1 other running backfill for about 20 s, and it repeats some rows.',
        names,
      )
    : l10n.t(
        'Sequin restarts the replication of {0}. This interrupts {1} other running backfills for about 20 s, and they repeat some rows.',
        names,
        formatCount(count),
      );
}
