import assert from 'node:assert/strict';
import { MementoSet } from '../../../src/shared/MementoSet.ts';
import { MementoStub } from '../MementoStub.ts';

describe('MementoSet', () => {
  it('retain() deletes all other values', () => {
    const memento = new MementoStub();
    const consent = new MementoSet(memento, 'addresses');
    consent.add('http://a');
    consent.add('http://b');
    consent.retain(new Set(['http://b', 'http://c']));
    assert.deepEqual([consent.has('http://a'), consent.has('http://b')], [false, true]);
    assert.ok(!memento.content.includes('http://a'));
  });
});
