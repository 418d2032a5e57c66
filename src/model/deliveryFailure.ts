import { type HealthCheck, healthCheckNames, type Sink } from './Sink.ts';

/** An observed failure of a sink's delivery check. Times are the server's, in milliseconds since the epoch. */
export interface DeliveryFailure {
  /** The time at which the check was first observed failing. */
  readonly since: number;
  /** The time of the last observation before that; null if there was none. */
  readonly notBefore: number | null;
  /** The time of the first observation in which the check no longer failed; null while the check fails. */
  readonly until: number | null;
}

/** A failure is kept for this time after its end, in milliseconds, to recognize a destination that fails repeatedly. */
const retentionMs = 3600_000;
const maxFailures = 30;

/**
 * A check that fails in its first observation is assumed to have been failing for this time, in milliseconds. The API
 * doesn't report when a check began to fail.
 */
const unobservedFailureMs = 3600_000;

/**
 * Returns the delivery check of a sink if the check fails. A warning counts as a failure, because Sequin reports a
 * warning, for example, when it discards messages to reduce the load.
 */
export function findFailingDeliveryCheck({ health }: Sink): HealthCheck | undefined {
  return health?.checks.find((check) => check.name === healthCheckNames.delivery && isFailingCheck(check));
}

/** Whether a health check fails. A warning counts as a failure. */
export function isFailingCheck({ status }: HealthCheck): boolean {
  return status === 'error' || status === 'warning';
}

/**
 * Updates the list of failures of a sink's delivery check, oldest first, after an observation of the sink. Returns the
 * same list if the check didn't begin or stop failing, or if the server doesn't report the sink's health. Times are the
 * server's, in milliseconds since the epoch.
 * @param lastObservedAt the time of the previous observation of the sink; undefined if there was none
 */
export function recordDeliveryCheck(
  failures: readonly DeliveryFailure[],
  sink: Sink,
  lastObservedAt: number | undefined,
  now: number,
): readonly DeliveryFailure[] {
  const isFailing = findFailingDeliveryCheck(sink) !== undefined;
  const last = failures.at(-1);
  if (sink.health === null || isFailing === (last?.until === null)) {
    return failures;
  }
  if (last?.until === null) {
    return [...failures.slice(0, -1), { ...last, until: now }];
  }
  const recent = failures.filter(({ until }) => until === null || until > now - retentionMs);
  return [...recent, { since: now, notBefore: lastObservedAt ?? null, until: null }].slice(-maxFailures);
}

/** Shifts the times of a failure by `ms` milliseconds, to apply a correction of the estimated server time. */
export function shiftDeliveryFailure(
  { since, notBefore, until }: DeliveryFailure,
  ms: number,
): DeliveryFailure {
  return {
    since: since + ms,
    notBefore: notBefore === null ? null : notBefore + ms,
    until: until === null ? null : until + ms,
  };
}

/** The earliest time at which a failure may have begun, in milliseconds since the epoch. */
export function getEarliestStart({ since, notBefore }: DeliveryFailure): number {
  return notBefore ?? since - unobservedFailureMs;
}
