import type { HealthCheck, Sink } from './Sink.ts';

/** A period in which a sink's delivery check failed, as observed. Times are the server's, in milliseconds. */
export interface DeliveryFailure {
  /** The first observation of the failing check. */
  readonly since: number;
  /** The last observation of the healthy check before; null if there was none. */
  readonly notBefore: number | null;
  /** The first observation of the healthy check afterwards; null while it fails. */
  readonly until: number | null;
}

/** How long past failures are kept, to recognize a destination that fails again and again. */
const retentionMs = 3600_000;
const maxFailures = 30;

/**
 * A check that already fails when it is first observed may have failed for this time: the API doesn't report since
 * when.
 */
const unobservedFailureMs = 3600_000;

/**
 * The check of a sink that reports whether messages arrive, if it fails. It also warns, for example when Sequin
 * discards messages to reduce the load.
 */
export function findFailingDeliveryCheck({ health }: Sink): HealthCheck | undefined {
  return health?.checks.find((check) => check.name === 'Message delivery' && isFailingCheck(check));
}

export function isFailingCheck({ status }: HealthCheck): boolean {
  return status === 'error' || status === 'warning';
}

/**
 * Adds an observation of a sink to its failures, oldest first; returns the same list if there is nothing new. Without
 * health, the state of the check is unknown.
 * @param lastObservedAt when the sink was observed before; undefined if it wasn't
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

/** The earliest time at which a failure may have begun. */
export function getEarliestStart({ since, notBefore }: DeliveryFailure): number {
  return notBefore ?? since - unobservedFailureMs;
}
