import { interpolate, type Point } from '../history/interpolate.ts';

/**
 * The number of messages that a sink has delivered by each time, from the first sample that counts for a backfill. Each
 * point has a local time in milliseconds since the epoch, and the number of messages delivered since the first point.
 * Limited in size, however long the backfill runs.
 */
export type DeliveryLine = readonly Point[];

/** The maximum number of points: enough for a chart, and few enough to keep for many backfills. */
const maxPoints = 120;

/**
 * The latest count is shown as the current count for this time, in milliseconds. Longer than the usual polling
 * interval.
 */
const maxHoldMs = 30_000;

/**
 * Adds a point. Drops points that aren't earlier than the new one, in case the clock was set back. A line that gets too
 * long loses every second point, so its older points are further apart.
 */
export function extendLine(line: DeliveryLine, point: Point): DeliveryLine {
  return thinLine([...line.filter(([at]) => at < point[0]), point], maxPoints);
}

/** Removes every second point until at most `limit` (2 or more) are left. Keeps the first and the last point. */
export function thinLine(line: DeliveryLine, limit: number): DeliveryLine {
  return line.length <= limit
    ? line
    : thinLine(
        line.filter((_point, index) => index % 2 === 0 || index === line.length - 1),
        limit,
      );
}

/**
 * The number of messages delivered by each of `times`, which are ascending local times in milliseconds since the epoch;
 * null where the number is unknown.
 */
export function interpolateLine(line: DeliveryLine, times: readonly number[]): (number | null)[] {
  const last = line.at(-1);
  return interpolate(last === undefined ? line : [...line, [last[0] + maxHoldMs, last[1]]], times);
}
