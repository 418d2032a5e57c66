/** The numbers of a release, most significant first. */
export type Version = readonly [major: number, minor: number, patch: number];

/**
 * Since which release Sequin's API has what this extension makes use of, in the order of age: `health` in a sink's
 * answer, all of its open backfills in it (`active_backfills`), and the states `failed` and `paused` of a backfill.
 * From the history of Sequin's source.
 */
export const featureMinimumVersions = {
  health: '0.8.10',
  openBackfills: '0.8.20',
  failed: '0.10.6',
  paused: '0.13.6',
} as const;
export type Feature = keyof typeof featureMinimumVersions;

const features = Object.keys(featureMinimumVersions) as readonly Feature[];

/**
 * Reads what a server calls its version: `0.14.6`, `v0.14.6`, `0.13.6-rc1`. Undefined where that is no release:
 * `dev`, a commit, or the `0.0.0` of a build that was given none. What follows the numbers is not looked at: a
 * candidate of a release has what it has.
 */
export function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:[-+].*)?$/i.exec(text.trim());
  const [major, minor, patch] = match?.slice(1).map(Number) ?? [];
  return major === undefined || minor === undefined || patch === undefined || major + minor + patch === 0
    ? undefined
    : [major, minor, patch];
}

/** Less than 0 where `a` is the older one, 0 where they are the same. */
export function compareVersions(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/**
 * What a server of this version is too old for, in the order of age. Nothing where the version is not known: what
 * is offered in vain is refused with a reason, and what is withheld on a guess cannot be had at all.
 */
export function missingFeatures(version: string | undefined): ReadonlySet<Feature> {
  const parsedVersion = version === undefined ? undefined : parseVersion(version);
  return new Set(
    parsedVersion === undefined ? [] : features.filter((feature) => lacksFeature(parsedVersion, feature)),
  );
}

function lacksFeature(version: Version, feature: Feature): boolean {
  const minimumVersion = parseVersion(featureMinimumVersions[feature]);
  return minimumVersion !== undefined && compareVersions(version, minimumVersion) < 0;
}
