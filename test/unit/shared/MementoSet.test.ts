import assert from 'node:assert/strict';
import { MementoSet } from '../../../src/shared/MementoSet.ts';
import { MementoStub } from '../MementoStub.ts';

describe('MementoSet', () => {
  it('deletes all values that are not in another set, and adds none from that set', () => {
    const memento = new MementoStub();
    const addresses = new MementoSet(memento, 'addresses');
    addresses.add('http://a');
    addresses.add('http://b');
    addresses.retain(new Set(['http://b', 'http://c']));
    assert.deepEqual(
      ['http://a', 'http://b', 'http://c'].map((address) => addresses.has(address)),
      [false, true, false],
    );
    assert.ok(!memento.content.includes('http://a'));
  });
});
