import assert from 'node:assert/strict';
import { describeDatabase, describeFailedTest, toDatabaseFacts } from '../../../src/text/databaseText.ts';
import { setLocale } from '../../../src/text/format.ts';
import { now } from '../samples.ts';

/** Replaces white space with spaces, because Intl puts a narrow no-break space before AM and PM. */
const normalizeSpaces = (text: string): string => text.replace(/\s/g, ' ');

describe('databaseText', () => {
  beforeEach(() => {
    setLocale('en', 'UTC');
  });

  const database = { id: 'd', name: 'shop', hostname: 'db', port: 5432, database: 'shop' };
  const cases: [reason: string | null, sentence: string, fact: string][] = [
    [' denied\n', 'Sequin can’t connect to the database shop: denied.', 'failed just now: denied'],
    ...[null, '', ' \n'].map((reason): [string | null, string, string] => [
      reason,
      'Sequin can’t connect to the database shop, and reports no reason.',
      'failed just now: Sequin reports no reason',
    ]),
  ];
  for (const [reason, sentence, fact] of cases) {
    it(`quotes the reason for a failed connection test if Sequin reports one: ${JSON.stringify(reason)}`, () => {
      assert.equal(describeFailedTest(database, reason), sentence);
      const facts = toDatabaseFacts(database, [], { isPassed: false, reason, testedAt: now }, now);
      assert.equal(facts.at(-1)?.value, fact);
    });
  }

  for (const [ageMs, description, fact] of [
    [29_999, 'connection test failed', 'failed 29 s ago: denied'],
    [7_200_000, 'connection test failed 2 h ago', 'failed 2 h ago: denied'],
    // In the future, because the clock was set back.
    [-7_200_000, 'connection test failed 2:00 PM', 'failed 2:00 PM: denied'],
  ] as const) {
    it(`describes a failed test with an age of ${String(ageMs)} ms as "${description}" in the row and "${fact}" in the hover`, () => {
      const test = { isPassed: false, reason: 'denied', testedAt: now - ageMs } as const;
      const [shown = ''] = describeDatabase(database, 1, test, now).split(' · ');
      assert.equal(normalizeSpaces(shown), description);
      assert.equal(normalizeSpaces(toDatabaseFacts(database, [], test, now).at(-1)?.value ?? ''), fact);
    });
  }
});
