import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import manifest from '../../package.json' with { type: 'json' };
import { isPreRelease, readReleaseNotes } from '../../scripts/prepareRelease.ts';
import { projectDir } from '../host/paths.ts';

interface Job {
  readonly needs?: string | readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly run?: string }[];
}

const changelog = `# Changelog

## [Unreleased]

### Added

- Something new.

## [0.2.0] - 2026-12-01

### Fixed

- Something broken.

## [0.1.0] - today

## [0.0.2] - 2026-11-02
`;

describe('a release', () => {
  for (const [version, expected] of [
    ['0.1.0', true],
    ['0.2.0', false],
    ['0.3.12', true],
    ['1.0.1', false],
    ['1.11.0', true],
  ] as const) {
    it(`of version ${version} is in the ${expected ? 'pre-release' : 'release'} channel`, () => {
      assert.equal(isPreRelease(version), expected);
    });
  }

  it('uses the changelog section of its version as its release notes', () => {
    assert.equal(readReleaseNotes('v0.2.0', '0.2.0', changelog), '### Fixed\n\n- Something broken.');
  });

  for (const [problem, tag, version, message] of [
    ['a tag of another version', 'v0.2.1', '0.2.0', /tag is v0\.2\.1/],
    ['a version that isn’t in the changelog', 'v0.2.1', '0.2.1', /no section/],
    ['a changelog section without a date', 'v0.1.0', '0.1.0', /needs a date/],
    ['a changelog section without entries', 'v0.0.2', '0.0.2', /an entry/],
  ] as const) {
    it(`is rejected for ${problem}`, () => {
      assert.throws(() => readReleaseNotes(tag, version, changelog), message);
    });
  }

  const workflow = readWorkflow('release.yml');
  const { jobs } = parse(workflow) as { jobs: Record<string, Job> };

  it('needs only one secret, the Open VSX token', () => {
    const secrets = [...workflow.matchAll(/secrets\.(\w+)/g)].map(([, name]) => name);
    assert.deepEqual(secrets, ['OVSX_PAT']);
  });

  it('is published only after its version is checked, all tests pass, and the package is tested and attested', () => {
    assert.deepEqual(
      Object.entries(jobs).map(([name, { needs = [] }]) => `${name} after ${[needs].flat().join(' and ')}`),
      [
        'prepare after ',
        'test after prepare',
        'package after test',
        'attest after package',
        'github after prepare and attest',
        'marketplace after attest',
        'open-vsx after attest',
      ],
    );
  });

  it('is attested in a job that runs no scripts', () => {
    assert.deepEqual(
      Object.keys(jobs).filter((name) => jobs[name]?.permissions?.['attestations'] === 'write'),
      ['attest'],
    );
    assert.deepEqual(
      jobs['attest']?.steps.map(({ run }) => run),
      [undefined, undefined],
    );
  });

  it('has the same repository in every URL of its package.json', () => {
    const { homepage, repository, bugs, qna, badges } = manifest;
    const address = homepage.replace('#readme', '');
    assert.equal(repository.url, `git+${address}.git`);
    for (const url of [bugs.url, qna, ...badges.flatMap((badge) => [badge.url, badge.href])]) {
      assert.ok(url.startsWith(`${address}/`), url);
    }
  });
});

describe('the workflow', () => {
  for (const name of ['release.yml', 'test.yml']) {
    it(`${name} pins each action to a commit, because a tag can be moved`, () => {
      const actions = [...readWorkflow(name).matchAll(/uses: ([^.].*)/g)].map(([, action]) => String(action));
      assert.deepEqual(
        actions.filter((action) => !/^[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action)),
        [],
      );
    });
  }
});

function readWorkflow(name: string): string {
  return readFileSync(join(projectDir, '.github/workflows', name), 'utf8');
}
