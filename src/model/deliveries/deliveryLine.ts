import { interpolate, type Point } from '../history/interpolate.ts';

/**
 * The deliveries of a sink over time, from the first sample that counts for a backfill: local times in milliseconds since
 * the epoch, and counts. Limited in size however long the backfill runs.
 */
export type DeliveryLine = readonly Point[];

/** Enough for a chart, and small enough to keep for many backfills. */
const maxPoints = 120;

/** How long the latest count is shown as the current one, in milliseconds. Longer than the usual polling interval. */
const maxHoldMs = 30_000;

/**
 * Adds a point. Drops points that aren't earlier, in case the clock was set back. A line that is too long loses every
 * second point, so that older points are further apart.
 */
export function extendLine(line: DeliveryLine, point: Point): DeliveryLine {
  return thinLine([...line.filter(([at]) => at < point[0]), point], maxPoints);
}

/** Halves the number of points until there are at most `limit` (2 or more). Keeps the first and the last one. */
export function thinLine(line: DeliveryLine, limit: number): DeliveryLine {
  return line.length <= limit
    ? line
    : thinLine(
        line.filter((_point, index) => index % 2 === 0 || index === line.length - 1),
        limit,
      );
}

/** The deliveries at local times in milliseconds, in ascending order; null where they are unknown. */
export function interpolateLine(line: DeliveryLine, times: readonly number[]): (number | null)[] {
  const last = line.at(-1);
  return interpolate(last === undefined ? line : [...line, [last[0] + maxHoldMs, last[1]]], times);
}
