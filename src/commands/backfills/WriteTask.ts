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

/** One write: it changes a backfill, starts a backfill of a table, or changes a sink. */
export interface WriteTask {
  readonly monitor: ServerMonitor;
  /** The key of the write, from `getWriteKey`. */
  readonly key: string;
  /** The name in messages: `table → sink` for a backfill, or the name of the sink. */
  readonly name: string;
  readonly write: (monitor: ServerMonitor) => Promise<TaskOutcome>;
  /**
   * The backfill that the write cancels, if any. The queue of the connection must not resume the backfill during the
   * write.
   */
  readonly canceledBackfill?: Backfill;
}

/** What follows the writes: a callback, and the buttons of the message about their outcome. */
export interface FollowUpActions {
  /** Creates the button of the message about a single successful write to a backfill. */
  readonly createSuccessAction?: (changed: TargetBackfill) => StatusAction;
  /**
   * Called before the message is shown, with the changed or created backfills in the order of the tasks. Not called if
   * there are none.
   */
  readonly onDone?: (changed: readonly TargetBackfill[]) => void;
  /** Creates the buttons of the message about a single request that the server rejected as invalid. */
  readonly createRejectionActions?: (reasons: readonly string[]) => readonly MessageAction[];
}
