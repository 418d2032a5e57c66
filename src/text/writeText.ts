import * as l10n from '@vscode/l10n';
import type { WriteAction } from '../model/backfillActions.ts';
import type { SinkAction } from '../model/sinkActions.ts';
import { actionTexts } from './actionText.ts';
import { formatBackfillCount } from './backfillCountsText.ts';
import { formatCount } from './format.ts';
import { sinkActionTexts } from './sinkActionText.ts';
import { formatSinkCount } from './sinkText.ts';

/**
 * The texts of an action that writes. `target` is `table → sink`, `the sink orders-kafka`, `3 backfills` or
 * `2 of 3 sinks`: see {@link formatTargetName} and {@link formatTargetCount}.
 */
export interface WriteText {
  readonly confirmed: (target: string) => string;
  /** The caller appends the reason. */
  readonly failed: (target: string) => string;
  /** Used if the result is unknown. The caller appends the reason. */
  readonly unconfirmed: (target: string) => string;
  /** The title of the progress notification. */
  readonly progressTitle: (target: string) => string;
  /** Asks whether to run the action on a target, which can be `3 backfills in production (eu-west)`. */
  readonly question: (target: string) => string;
  /** The target in the question about a single backfill; by default, the name of the backfill. */
  readonly questionTarget?: (name: string) => string;
  /** The label of the button that confirms. */
  readonly confirmLabel: (hasSeveral: boolean) => string;
  /** The label of the button that declines. It names what stays as it is. */
  readonly dismissLabel: (hasSeveral: boolean) => string;
  /** The warning below the question. */
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

/** The target of an action on several backfills or sinks. `confirmedCount` is the number of confirmed changes. */
export function formatTargetCount(
  action: WriteAction | SinkAction,
  total: number,
  confirmedCount = total,
): string {
  const targets = isSinkAction(action) ? formatSinkCount(total) : formatBackfillCount(total);
  return confirmedCount === total ? targets : l10n.t('{0} of {1}', formatCount(confirmedCount), targets);
}

function isSinkAction(action: WriteAction | SinkAction): action is SinkAction {
  return action in sinkActionTexts;
}
