import assert from 'node:assert/strict';
import { describeFailedTest, toDatabaseFacts } from '../../../src/text/databaseText.ts';
import { now } from '../samples.ts';

describe('texts of a failed connection test', () => {
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
    it(`quote the reason if there is one: ${JSON.stringify(reason)}`, () => {
      assert.equal(describeFailedTest(database, reason), sentence);
      const facts = toDatabaseFacts(database, [], { isPassed: false, reason, testedAt: now }, now);
      assert.equal(facts.at(-1)?.value, fact);
    });
  }
});
