import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Memento } from 'vscode';
import { LastViewed } from '../../../src/servers/LastViewed.ts';
import { MementoSet } from '../../../src/shared/MementoSet.ts';
import { storageKeys } from '../../../src/shared/storageKeys.ts';
import { ExpandedRows } from '../../../src/tree/ExpandedRows.ts';
import { ChosenConnections } from '../../../src/yaml/ChosenConnections.ts';
import { now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

const invalidValues: readonly unknown[] = [null, 5, NaN, true, 'x', [], [null], {}, { x: 'y' }, [{ a: [] }]];

describe('stored values', () => {
  for (const stored of invalidValues) {
    it(`have their defaults and can be changed if the memento contains ${inspect(stored)}`, () => {
      const values = new Map<string, unknown>();
      const memento: Memento = {
        keys: () => [],
        get: (key: string) => (values.has(key) ? values.get(key) : stored) as never,
        // Even if a value can't be saved, it applies to this window. The rejection must be handled.
        update: (key, value) => {
          values.set(key, value);
          return Promise.reject(new Error('disk full'));
        },
      };
      const rows = new ExpandedRows(memento);
      assert.equal(rows.isExpanded('a', true), true);
      rows.setExpanded('a', false);
      assert.equal(new ExpandedRows(memento).isExpanded('a', true), false);

      const addresses = new MementoSet(memento, storageKeys.acceptedAddresses);
      assert.equal(addresses.has('http://a'), false);
      addresses.add('http://a');
      assert.equal(new MementoSet(memento, storageKeys.acceptedAddresses).has('http://a'), true);

      const chosenConnections = new ChosenConnections(memento);
      assert.equal(chosenConnections.get('file:///sequin.yaml'), undefined);
      chosenConnections.set('file:///sequin.yaml', 'c1');
      assert.equal(new ChosenConnections(memento).get('file:///sequin.yaml'), 'c1');

      const lastViewed = new LastViewed(memento, new TestClock(now));
      // Any number is a valid time.
      assert.equal(lastViewed.timestamp, stored === 5 ? 5 : now);
    });
  }
});
