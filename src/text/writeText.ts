import * as l10n from '@vscode/l10n';
import type { WriteAction } from '../model/backfillActions.ts';
import type { SinkAction } from '../model/sinkActions.ts';
import { actionTexts } from './actionText.ts';
import { formatBackfillCount } from './backfillCountsText.ts';
import { formatCount } from './format.ts';
import { sinkActionTexts } from './sinkActionText.ts';
import { formatSinkCount } from './sinkText.ts';

/**
 * The texts of an action that writes. A target is `table → sink`, `the sink orders-kafka`, `3 backfills`, or `2 of 3 sinks`:
 * see {@link formatTargetName} and {@link formatTargetCount}.
 */
export interface WriteText {
  readonly confirmed: (target: string) => string;
  /** The caller appends the reason. */
  readonly failed: (target: string) => string;
  /** The result is unknown. The caller appends the reason. */
  readonly unconfirmed: (target: string) => string;
  /** The title of the progress notification. */
  readonly progressTitle: (target: string) => string;
  /** Asks whether to run the action on a target, which can be `3 backfills in production (eu-west)`. */
  readonly question: (target: string) => string;
  /** The target of the question about one backfill; by default its name. */
  readonly questionTarget?: (name: string) => string;
  /** The button that answers the question with yes. */
  readonly confirmLabel: (hasSeveral: boolean) => string;
  /** The button that answers the question with no: what stays as it is. */
  readonly dismissLabel: (hasSeveral: boolean) => string;
  /** A warning below the question. */
  readonly warning?: () => string;
}

/** The texts of an action that writes a backfill or a sink. */
export function getWriteText(action: WriteAction | SinkAction): WriteText {
  return isSinkAction(action) ? sinkActionTexts[action] : actionTexts[action];
}

/** The target of an action on one backfill or sink. `name` is already converted by `toDisplayText`. */
export function formatTargetName(action: WriteAction | SinkAction, name: string): string {
  return isSinkAction(action) ? l10n.t('the sink {0}', name) : name;
}

/** The target of an action on several backfills or sinks. `done` is the number of those that succeeded. */
export function formatTargetCount(action: WriteAction | SinkAction, total: number, done = total): string {
  const targets = isSinkAction(action) ? formatSinkCount(total) : formatBackfillCount(total);
  return done === total ? targets : l10n.t('{0} of {1}', formatCount(done), targets);
}

function isSinkAction(action: WriteAction | SinkAction): action is SinkAction {
  return action in sinkActionTexts;
}
