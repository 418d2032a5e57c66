// `node scripts/prepareRelease.ts v0.2.0` checks that the tag, `package.json` and `CHANGELOG.md` agree, and prints the
// release notes. In a GitHub workflow, it also sets the output `pre-release` to `true` or `false`.
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import { projectDir } from '../test/host/paths.ts';

/**
 * Whether a version is a pre-release. Versions with an odd minor number, such as 0.3.0, are pre-releases, because the
 * Marketplace doesn't allow versions such as 0.3.0-beta. VS Code updates users of the pre-release channel to the
 * highest version of either channel.
 */
export function isPreRelease(version: string): boolean {
  return Number(version.split('.')[1]) % 2 === 1;
}

/**
 * Returns the changelog section of a version, without its heading.
 * @throws Error if the tag isn't `v` followed by the version, or the section is missing, has no date or has no entry
 */
export function readReleaseNotes(tag: string, version: string, changelog: string): string {
  if (tag !== `v${version}`) {
    throw new Error(`The tag is ${tag}, but package.json has version ${version}.`);
  }
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.startsWith(`[${version}] - `));
  if (section === undefined) {
    throw new Error(`CHANGELOG.md has no section "## [${version}] - " with the date of the release.`);
  }
  const [heading = '', ...lines] = section.split('\n');
  const notes = lines.join('\n').trim();
  if (!/ - \d{4}-\d{2}-\d{2}$/.test(heading) || notes === '') {
    throw new Error(
      `The section of ${version} in CHANGELOG.md needs a date, such as 2026-12-01, and an entry.`,
    );
  }
  return notes;
}

if (import.meta.main) {
  const changelog = await readFile(join(projectDir, 'CHANGELOG.md'), 'utf8');
  try {
    console.log(readReleaseNotes(process.argv[2] ?? '', manifest.version, changelog));
    const { GITHUB_OUTPUT: output } = process.env;
    if (output !== undefined) {
      await appendFile(output, `pre-release=${String(isPreRelease(manifest.version))}\n`);
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
