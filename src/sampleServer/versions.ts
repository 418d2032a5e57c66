/** The version of Sequin that the sample server emulates. */
export const currentVersion = '0.14.6';

/**
 * The Sequin version that introduced each feature of the API. Deliberately independent of the extension's table, so
 * that a test can compare the two.
 */
const introducedIn = {
  health: [0, 8, 10],
  active_backfills: [0, 8, 20],
  table: [0, 8, 20],
  paused: [0, 13, 6],
} as const;

/** The features that a version doesn't have yet. */
export type MissingFeatures = ReadonlySet<keyof typeof introducedIn>;

/** The missing features of the current version: none. */
export const noMissingFeatures: MissingFeatures = new Set();

/** The features missing in `version`: none if it is null or not a release, such as `lab`. */
export function getFeaturesMissingIn(version: string | null): MissingFeatures {
  const numbers = /^(\d+)\.(\d+)\.(\d+)/
    .exec(version ?? '')
    ?.slice(1)
    .map(Number);
  if (!numbers) {
    return noMissingFeatures;
  }
  const names = Object.keys(introducedIn) as (keyof typeof introducedIn)[];
  return new Set(names.filter((name) => isBefore(numbers, introducedIn[name])));
}

function isBefore(version: readonly number[], since: readonly number[]): boolean {
  const position = since.findIndex((number, index) => number !== version[index]);
  return position >= 0 && (version[position] ?? 0) < (since[position] ?? 0);
}
