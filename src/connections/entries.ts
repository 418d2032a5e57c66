import { addressName, parseAddress, type AddressProblem } from '../model/Connection.ts';

/** A connection as the user's settings have it. Fields that are not known stay in the settings as they are. */
export interface Entry {
  readonly name: string;
  /**
   * The address as it is used; where it cannot be read, as it is written. No two have the same, so that each can be
   * shown and changed: the second of two duplicates has a `#2` behind it.
   */
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
  return located(setting)
    .map(({ entry }) => entry)
    .sort(byName);
}

/** The setting with one more connection. */
export function withEntry(setting: unknown, entry: EntryChange): unknown[] {
  return [...listIn(setting), entry];
}

/** The setting with the connection of an address changed. */
export function withChange(setting: unknown, address: string, change: EntryChange): unknown[] {
  const index = indexOf(setting, address);
  return listIn(setting).map((raw, at) => (at === index ? { ...(raw as Raw), ...change } : raw));
}

/** The setting without the connection of an address. */
export function withoutEntry(setting: unknown, address: string): unknown[] {
  const index = indexOf(setting, address);
  return listIn(setting).filter((_raw, at) => at !== index);
}

type Raw = Readonly<Record<string, unknown>>;

function listIn(setting: unknown): readonly unknown[] {
  return Array.isArray(setting) ? setting : [];
}

function isRaw(raw: unknown): raw is Raw {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

function textIn(raw: Raw, field: string): string {
  const value = raw[field];
  return typeof value === 'string' ? value : '';
}

/** The connections with their places in the setting. */
function located(setting: unknown): { readonly at: number; readonly entry: Entry }[] {
  const taken = new Set<string>();
  return listIn(setting).flatMap((raw, at) => (isRaw(raw) ? [{ at, entry: entryOf(raw, taken) }] : []));
}

/** Reads one, and takes its address. */
function entryOf(raw: Raw, taken: Set<string>): Entry {
  const written = textIn(raw, 'address');
  const read = parseAddress(written);
  // A password that somebody wrote into an address is not drawn.
  const legible = read === 'credentials' ? written.replace(/[^/\\]*@/, '') : written;
  const wanted = typeof read === 'string' ? legible.trim() : read.address;
  const address = unlike(taken, wanted);
  taken.add(address);
  return {
    name: textIn(raw, 'name').trim() || addressName(wanted) || '?',
    address,
    problem: typeof read === 'string' ? read : address === wanted ? undefined : 'duplicate',
    production: raw['production'] === true,
    hidden: raw['hidden'] === true,
  };
}

/** The address, or `address#2` where it is taken: what stands behind a `#` is in no address. */
function unlike(taken: ReadonlySet<string>, address: string): string {
  let unique = address;
  for (let number = 2; taken.has(unique); number += 1) {
    unique = `${address}#${String(number)}`;
  }
  return unique;
}

function indexOf(setting: unknown, address: string): number | undefined {
  return located(setting).find(({ entry }) => entry.address === address)?.at;
}
