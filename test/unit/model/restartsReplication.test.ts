import assert from 'node:assert/strict';
import { restartsReplication } from '../../../src/model/restartsReplication.ts';
import type { Sink, Source } from '../../../src/model/Sink.ts';
import { sink } from '../samples.ts';

const source = (changes: Partial<Source>): Partial<Sink> => ({
  source: {
    includeSchemas: null,
    excludeSchemas: null,
    includeTables: null,
    excludeTables: null,
    ...changes,
  },
});

describe('restartsReplication', () => {
  const cases: [title: string, before: Partial<Sink>, after: Partial<Sink>, expected: boolean][] = [
    ['a new name', {}, { name: 'renamed' }, true],
    ['pausing the sink', {}, { status: 'paused' }, true],
    ['disabling the sink', {}, { status: 'disabled' }, false],
    ['enabling the sink', { status: 'disabled' }, {}, true],
    ['a change of the health', {}, { health: null }, false],
    ['an added table', source({ includeTables: ['a'] }), source({ includeTables: ['a', 'b'] }), true],
    ['a dropped table', source({ includeTables: ['a', 'b'] }), source({ includeTables: ['a'] }), false],
    [
      'a dropped table that was excluded',
      source({ excludeTables: ['a', 'b'] }),
      source({ excludeTables: ['a'] }),
      false,
    ],
    ['a dropped table with its own settings', { tables: ['a', 'b'] }, { tables: ['a'] }, false],
    ['the removal of the table filter', source({ includeTables: ['a'] }), { source: null }, true],
  ];
  for (const [title, before, after, expected] of cases) {
    it(`returns ${expected} for ${title}`, () => {
      assert.equal(restartsReplication(sink(before), sink(after)), expected);
    });
  }
});
