import type { Sink } from './Sink.ts';

/** The statuses that Sequin's API accepts for a sink. */
export type SinkStatus = 'active' | 'paused' | 'disabled';

interface SinkActionRule {
  readonly allowedStatuses: readonly SinkStatus[];
  readonly targetStatus: SinkStatus;
  /** Whether the write restarts the replication of the database, which interrupts all of its running backfills. */
  readonly restartsReplication: boolean;
}

/**
 * The actions on sinks, with what Sequin 0.14.6 does (recordings y10 to y19). It accepts every transition. A write of
 * the current status restarts the replication, too, and is therefore never sent. `text/sinkActionText.ts` has the texts.
 */
export const sinkActions = {
  resumeSink: { allowedStatuses: ['paused'], targetStatus: 'active', restartsReplication: true },
  enableSink: { allowedStatuses: ['disabled'], targetStatus: 'active', restartsReplication: true },
  pauseSink: { allowedStatuses: ['active'], targetStatus: 'paused', restartsReplication: true },
  disableSink: {
    allowedStatuses: ['active', 'paused'],
    targetStatus: 'disabled',
    restartsReplication: false,
  },
} as const satisfies Record<string, SinkActionRule>;

export type SinkAction = keyof typeof sinkActions;

/** The actions that the status of a sink allows; none if the status is unknown. */
export function getAllowedSinkActions({ status }: Pick<Sink, 'status'>): readonly SinkAction[] {
  return (Object.keys(sinkActions) as SinkAction[]).filter((action) => isSinkActionAllowed(action, status));
}

/** Whether the status of a sink allows an action. */
export function isSinkActionAllowed(action: SinkAction, status: string): boolean {
  const { allowedStatuses }: SinkActionRule = sinkActions[action];
  return allowedStatuses.some((allowed) => allowed === status);
}
