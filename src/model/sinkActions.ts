import type { Sink } from './Sink.ts';

/** The statuses that Sequin's API accepts for a sink. */
export type SinkStatus = 'active' | 'paused' | 'disabled';

interface SinkActionRule {
  readonly allowedStatuses: readonly SinkStatus[];
  readonly targetStatus: SinkStatus;
}

/**
 * The rules of the actions on sinks. Sequin 0.14.6 accepts every transition, even one to the current status. Each
 * transition, except one to `disabled`, restarts the replication of the database and so interrupts its running
 * backfills (recordings y10 to y19). That is why the extension never writes the current status. Labels are in
 * `text/sinkActionText.ts`.
 */
export const sinkActionRules = {
  resumeSink: { allowedStatuses: ['paused'], targetStatus: 'active' },
  enableSink: { allowedStatuses: ['disabled'], targetStatus: 'active' },
  pauseSink: { allowedStatuses: ['active'], targetStatus: 'paused' },
  disableSink: { allowedStatuses: ['active', 'paused'], targetStatus: 'disabled' },
} as const satisfies Record<string, SinkActionRule>;

export type SinkAction = keyof typeof sinkActionRules;

/** The actions that the status of a sink allows; none if the status is unknown. */
export function getAllowedSinkActions({ status }: Pick<Sink, 'status'>): readonly SinkAction[] {
  return (Object.keys(sinkActionRules) as SinkAction[]).filter((action) =>
    isSinkActionAllowed(action, status),
  );
}

/** Whether the status of a sink allows an action. */
export function isSinkActionAllowed(action: SinkAction, status: string): boolean {
  const { allowedStatuses }: SinkActionRule = sinkActionRules[action];
  return allowedStatuses.some((allowed) => allowed === status);
}
