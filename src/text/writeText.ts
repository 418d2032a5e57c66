import type { WriteAction } from '../model/backfillActions.ts';
import type { SinkAction } from '../model/sinkActions.ts';
import { actionTexts, type WriteText } from './actionText.ts';
import { sinkActionTexts } from './sinkActionText.ts';

/** The texts of an action that writes a backfill or a sink. */
export function getWriteText(action: WriteAction | SinkAction): WriteText {
  return action in sinkActionTexts
    ? sinkActionTexts[action as SinkAction]
    : actionTexts[action as WriteAction];
}
