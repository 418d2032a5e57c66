import assert from 'node:assert/strict';
import { describeMissingFeatures, formatServerVersion } from '../../../src/text/connectionText.ts';

describe('formatServerVersion', () => {
  for (const [version, expected] of [
    ['0.14.6', 'Sequin 0.14.6'],
    ['v0.14.6', 'Sequin 0.14.6'],
    ['0.13.6-rc1', 'Sequin 0.13.6-rc1'],
    ['lab', 'Sequin lab'],
    ['vanilla', 'Sequin vanilla'],
    [' 0.14.6\r\n', 'Sequin 0.14.6'],
    ['0.14.6 [x](command:y)', 'Sequin 0.14.6 [x] (command:y)'],
    ['', 'Version unknown'],
    [' \n', 'Version unknown'],
    [undefined, 'Version unknown'],
  ] as const) {
    it(`formats ${version === undefined ? 'undefined' : JSON.stringify(version)} as ${expected}`, () => {
      assert.equal(formatServerVersion(version), expected);
    });
  }

  it('shows at most 40 characters of a version, and never half of a surrogate pair', () => {
    assert.equal(formatServerVersion('x'.repeat(40)), `Sequin ${'x'.repeat(40)}`);
    assert.equal(formatServerVersion('x'.repeat(1_000)), `Sequin ${'x'.repeat(40)}…`);
    assert.equal(formatServerVersion(`${'x'.repeat(39)}🐘y`), `Sequin ${'x'.repeat(39)}…`);
  });
});

describe('describeMissingFeatures', () => {
  it('returns a sentence for each missing feature, the oldest feature first', () => {
    assert.deepEqual(describeMissingFeatures('0.8.9'), [
      'Sequin before 0.8.10 doesn’t report sink health.',
      'Sequin before 0.8.20 doesn’t report every unfinished backfill with its sink. Expand a sink to see its backfills.',
      'Sequin before 0.10.6 doesn’t report failed backfills; they appear as active.',
      'Sequin before 0.13.6 can’t pause backfills.',
    ]);
    assert.deepEqual(describeMissingFeatures('0.13.5'), ['Sequin before 0.13.6 can’t pause backfills.']);
  });

  it('returns nothing for a recent or unknown version', () => {
    for (const version of ['0.13.6', '0.14.6', 'lab', '', undefined]) {
      assert.deepEqual(describeMissingFeatures(version), []);
    }
  });
});
