/** A value at a time. The caller chooses the units. */
export type Point = readonly [time: number, value: number];

/**
 * Interpolates linearly between points. Null before the first point and after the last one. Both `points` and `times`
 * are in ascending order.
 */
export function interpolate(points: readonly Point[], times: readonly number[]): (number | null)[] {
  let index = 0;
  return times.map((time) => {
    while ((points[index + 1]?.[0] ?? Infinity) < time) {
      index += 1;
    }
    const [from, to] = [points[index], points[index + 1]];
    if (from === undefined || to === undefined || time < from[0]) {
      return null;
    }
    const share = to[0] > from[0] ? (time - from[0]) / (to[0] - from[0]) : 1;
    return from[1] + share * (to[1] - from[1]);
  });
}
