/**
 * What came to Sequin's API with which version. On purpose not what the extension itself knows of that: the one
 * is a check of the other.
 */
const SINCE = {
  health: [0, 8, 10],
  active_backfills: [0, 8, 20],
  table: [0, 8, 20],
  paused: [0, 13, 6],
} as const;

/** What a version does not have yet. */
export type Lacks = ReadonlySet<keyof typeof SINCE>;

export const lacksNothing: Lacks = new Set();

/** What `version` does not have yet: nothing where it is null or no release, such as `lab`. */
export function lacksOf(version: string | null): Lacks {
  const numbers = /^(\d+)\.(\d+)\.(\d+)/
    .exec(version ?? '')
    ?.slice(1)
    .map(Number);
  if (!numbers) return lacksNothing;
  const names = Object.keys(SINCE) as (keyof typeof SINCE)[];
  return new Set(names.filter((name) => isBefore(numbers, SINCE[name])));
}

function isBefore(version: readonly number[], since: readonly number[]): boolean {
  const at = since.findIndex((number, index) => number !== version[index]);
  return at >= 0 && (version[at] ?? 0) < (since[at] ?? 0);
}
