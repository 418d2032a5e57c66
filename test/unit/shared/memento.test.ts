import assert from 'node:assert/strict';
import type { Memento } from 'vscode';
import { LastViewed } from '../../../src/servers/LastViewed.ts';
import { MementoSet } from '../../../src/shared/MementoSet.ts';
import { storageKeys } from '../../../src/shared/storageKeys.ts';
import { ExpandedRows } from '../../../src/tree/ExpandedRows.ts';
import { now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

const invalidValues: readonly unknown[] = [null, 5, NaN, true, 'x', [], [null], {}, { x: 'y' }, [{ a: [] }]];

describe('Stored values', () => {
  for (const stored of invalidValues) {
    it(`fall back to their defaults and can be replaced when they are ${JSON.stringify(stored)}`, () => {
      const values = new Map<string, unknown>();
      const memento: Memento = {
        keys: () => [],
        get: (key: string) => (values.has(key) ? values.get(key) : stored) as never,
        // The value applies to the window even if it can't be saved; a rejection must not be reported.
        update: (key, value) => {
          values.set(key, value);
          return Promise.reject(new Error('disk full'));
        },
      };
      const rows = new ExpandedRows(memento);
      assert.equal(rows.isExpanded('a', true), true);
      rows.setExpanded('a', false);
      assert.equal(new ExpandedRows(memento).isExpanded('a', true), false);

      const consent = new MementoSet(memento, storageKeys.acceptedAddresses);
      assert.equal(consent.has('http://a'), false);
      consent.add('http://a');
      assert.equal(new MementoSet(memento, storageKeys.acceptedAddresses).has('http://a'), true);

      const lastViewed = new LastViewed(memento, new TestClock(now));
      assert.equal(lastViewed.timestamp, stored === 5 ? 5 : now);
    });
  }
});
