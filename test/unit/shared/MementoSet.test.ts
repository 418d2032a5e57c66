import assert from 'node:assert/strict';
import { InsecureAddressConsent } from '../../../src/connections/InsecureAddressConsent.ts';
import { MementoStub } from '../MementoStub.ts';

describe('InsecureAddressConsent', () => {
  it('retain() removes all other addresses', () => {
    const memento = new MementoStub();
    const consent = new InsecureAddressConsent(memento);
    consent.add('http://a');
    consent.add('http://b');
    consent.retain(new Set(['http://b', 'http://c']));
    assert.deepEqual([consent.has('http://a'), consent.has('http://b')], [false, true]);
    assert.ok(!memento.content.includes('http://a'));
  });
});
