import { addressName, parseAddress, type AddressProblem } from '../model/Connection.ts';

/** A connection as the user's settings have it. Fields that are not known stay in the settings as they are. */
export interface Entry {
  readonly name: string;
  /** The address as it is used; where it cannot be read, as it is written. */
  readonly address: string;
  /** What is wrong with the address. */
  readonly problem: AddressProblem | undefined;
  readonly production: boolean;
  readonly hidden: boolean;
}

/** What can be changed of an entry. Undefined takes a field away. */
export type EntryChange = Partial<Record<'name' | 'address', string>> &
  Partial<Record<'production' | 'hidden', true | undefined>>;

const byName = (a: Entry, b: Entry): number =>
  a.name.localeCompare(b.name, undefined, { numeric: true }) || (a.address < b.address ? -1 : 1);

/** Reads the setting `sequin.connections`, which people write by hand: what is no connection is left out. By name. */
export function readEntries(setting: unknown): Entry[] {
  const taken = new Set<string>();
  return rawEntries(setting)
    .map((raw): Entry => {
      const written = textIn(raw, 'address');
      const read = parseAddress(written);
      const address = typeof read === 'string' ? written.trim() : read.address;
      const problem = typeof read === 'string' ? read : taken.has(address) ? 'duplicate' : undefined;
      taken.add(address);
      return {
        name: textIn(raw, 'name').trim() || addressName(address) || '?',
        address,
        problem,
        production: raw['production'] === true,
        hidden: raw['hidden'] === true,
      };
    })
    .sort(byName);
}

/** The setting with one more connection. */
export function withEntry(setting: unknown, entry: EntryChange): unknown[] {
  return [...listIn(setting), entry];
}

/** The setting with the connection of an address changed: the first of them, where several have it. */
export function withChange(setting: unknown, address: string, change: EntryChange): unknown[] {
  const list = listIn(setting);
  const index = indexOf(list, address);
  return list.map((raw, at) => (at === index ? { ...(raw as object), ...change } : raw));
}

/** The setting without the connection of an address: the last of them, where several have it. */
export function withoutEntry(setting: unknown, address: string): unknown[] {
  const list = listIn(setting);
  const index = list.length - 1 - indexOf([...list].reverse(), address);
  return list.filter((_raw, at) => at !== index);
}

type Raw = Readonly<Record<string, unknown>>;

function listIn(setting: unknown): readonly unknown[] {
  return Array.isArray(setting) ? setting : [];
}

function rawEntries(setting: unknown): Raw[] {
  return listIn(setting).filter((raw): raw is Raw => typeof raw === 'object' && raw !== null);
}

function textIn(raw: Raw, field: string): string {
  const value = raw[field];
  return typeof value === 'string' ? value : '';
}

function indexOf(list: readonly unknown[], address: string): number {
  return list.findIndex((raw) =>
    rawEntries([raw]).some((entry) => readEntries([entry])[0]?.address === address),
  );
}
