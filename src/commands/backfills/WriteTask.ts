import type { Backfill } from '../../model/Backfill.ts';
import type { WriteAction } from '../../model/backfillActions.ts';
import type { Sink } from '../../model/Sink.ts';
import type { SinkAction } from '../../model/sinkActions.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import type { WriteOutcome } from '../../servers/WriteSender.ts';
import type { TargetBackfill } from '../targetItems.ts';
import type { MessageAction, StatusAction } from '../Ui.ts';

/** An action whose tasks are writes. */
export type TaskAction = WriteAction | SinkAction;

/** The outcome of a task; undefined if nothing was sent. */
export type TaskOutcome = WriteOutcome<Backfill | Sink> | undefined;

/** One write to a backfill, to a table of a sink, or to a sink. */
export interface WriteTask {
  readonly monitor: ServerMonitor;
  /** The key of the write, from `getWriteKey`. */
  readonly key: string;
  /** The name in messages: `table → sink` for a backfill, or the name of the sink. */
  readonly name: string;
  readonly write: (monitor: ServerMonitor) => Promise<TaskOutcome>;
  /** The backfill that the write cancels, which the queue of its connection doesn't resume meanwhile. */
  readonly canceled?: Backfill;
}

/** What follows the writes: buttons of the messages about their outcome, and a callback. */
export interface FollowUpActions {
  /** Creates the button after a single write to a backfill succeeded. */
  readonly afterSuccess?: (changed: TargetBackfill) => StatusAction;
  /** Called with the backfills that were changed, if any, in the order of the tasks, before their message is shown. */
  readonly onDone?: (changed: readonly TargetBackfill[]) => void;
  /** Creates the buttons after the server rejected a single request as invalid. */
  readonly afterRejection?: (reasons: readonly string[]) => readonly MessageAction[];
}
