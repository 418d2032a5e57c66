/** The numbers of a release, most significant first. */
type Version = readonly [major: number, minor: number, patch: number];

/**
 * The first Sequin release with each API feature that this extension uses, oldest first: the `health` of a sink, the
 * list of all its unfinished backfills (`active_backfills`), and the backfill states `failed` and `paused`. Source: the
 * history of Sequin's repository.
 */
export const featureMinimumVersions = {
  health: '0.8.10',
  unfinishedBackfills: '0.8.20',
  failed: '0.10.6',
  paused: '0.13.6',
} as const;
export type Feature = keyof typeof featureMinimumVersions;

const features = Object.keys(featureMinimumVersions) as readonly Feature[];

/**
 * Parses a server's version, such as `0.14.6`, `v0.14.6` or `0.13.6-rc1`. Ignores a suffix, because a release candidate
 * has the features of the release. Undefined if the version isn't that of a release: `dev`, a commit, or `0.0.0`, which
 * a build without a version number reports.
 */
export function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:[-+].*)?$/i.exec(text.trim());
  const [major, minor, patch] = match?.slice(1).map(Number) ?? [];
  return major === undefined || minor === undefined || patch === undefined || major + minor + patch === 0
    ? undefined
    : [major, minor, patch];
}

const parsedMinimumVersions = new Map(
  features.map((feature) => [feature, parseVersion(featureMinimumVersions[feature])]),
);

/**
 * Whether a server of this version lacks a feature. False if the version is unknown: a server that lacks the feature
 * rejects the request and reports why, but users couldn't use a feature that was hidden by mistake.
 */
export function lacksFeature(version: string | undefined, feature: Feature): boolean {
  const parsed = version === undefined ? undefined : parseVersion(version);
  const minimum = parsedMinimumVersions.get(feature);
  return parsed !== undefined && minimum !== undefined && isBefore(parsed, minimum);
}

/** The features that a server of this version lacks, oldest first. */
export function getMissingFeatures(version: string | undefined): Feature[] {
  return features.filter((feature) => lacksFeature(version, feature));
}

function isBefore(a: Version, b: Version): boolean {
  return (a[0] - b[0] || a[1] - b[1] || a[2] - b[2]) < 0;
}
