// `node scripts/prepareRelease.ts v0.2.0`: checks that a tag, `package.json` and `CHANGELOG.md` agree, and prints the
// notes of the release. In a workflow on GitHub, its output `pre-release` is `true` or `false`.
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import { projectDir } from '../test/host/paths.ts';

/**
 * Whether a version belongs to the pre-release channel: that of odd minor versions, such as 0.3.0. The Marketplace allows
 * no version like 0.3.0-beta, and VS Code updates users of the pre-release channel to a higher version of any channel.
 */
export function isPreRelease(version: string): boolean {
  return Number(version.split('.')[1]) % 2 === 1;
}

/**
 * Returns the section of a version in the changelog, without its heading.
 * @throws Error for a tag that isn't `v` and the version, and for a version without a dated section that has an entry
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
