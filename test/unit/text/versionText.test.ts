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
    ['', 'Version not known'],
    [' \n', 'Version not known'],
    [undefined, 'Version not known'],
  ] as const) {
    it(`formats ${version === undefined ? 'undefined' : JSON.stringify(version)} as ${expected}`, () => {
      assert.equal(formatServerVersion(version), expected);
    });
  }

  it('truncates a long version between characters', () => {
    const text = formatServerVersion(`${'x'.repeat(39)}🐘${'y'.repeat(1_000)}`);
    assert.ok(text.length < 60);
    assert.ok(text.endsWith('…'));
    assert.ok(text.isWellFormed());
  });
});

describe('describeMissingFeatures', () => {
  it('returns one sentence per feature, oldest first', () => {
    assert.deepEqual(describeMissingFeatures('0.8.9'), [
      'The health of a sink is not told: that came with Sequin 0.8.10.',
      'Not all that runs is told with the sinks: that came with Sequin 0.8.20. Expand a sink to see its backfills.',
      'A failed backfill looks as if it still ran: that it failed is told since Sequin 0.10.6.',
      'Backfills cannot be paused: that came with Sequin 0.13.6.',
    ]);
    assert.deepEqual(describeMissingFeatures('0.13.5'), [
      'Backfills cannot be paused: that came with Sequin 0.13.6.',
    ]);
  });

  it('returns nothing for a recent or unknown version', () => {
    for (const version of ['0.13.6', '0.14.6', 'lab', '', undefined]) {
      assert.deepEqual(describeMissingFeatures(version), []);
    }
  });
});
