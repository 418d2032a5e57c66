import { defaultConnectionName, parseAddress, type AddressProblem } from '../model/Connection.ts';

/** A connection as the user's settings have it. Fields that are not known stay in the settings as they are. */
export interface ConnectionEntry {
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
export type ConnectionEntryPatch = Partial<Record<'name' | 'address', string>> &
  Partial<Record<'production' | 'hidden', true | undefined>>;

const compareByName = (a: ConnectionEntry, b: ConnectionEntry): number =>
  a.name.localeCompare(b.name, undefined, { numeric: true }) || (a.address < b.address ? -1 : 1);

/** Reads the setting `sequin.connections`, which people write by hand: what is no connection is left out. By name. */
export function parseEntries(setting: unknown): ConnectionEntry[] {
  return parseWithIndex(setting)
    .map(({ entry }) => entry)
    .sort(compareByName);
}

/** The setting with one more connection. */
export function addEntry(setting: unknown, entry: ConnectionEntryPatch): unknown[] {
  return [...toArray(setting), entry];
}

/** The setting with the connection of an address changed. */
export function updateEntry(setting: unknown, address: string, change: ConnectionEntryPatch): unknown[] {
  const index = findIndex(setting, address);
  return toArray(setting).map((item, itemIndex) =>
    itemIndex === index ? { ...(item as JsonObject), ...change } : item,
  );
}

/** The setting without the connection of an address. */
export function removeEntry(setting: unknown, address: string): unknown[] {
  const index = findIndex(setting, address);
  return toArray(setting).filter((_item, itemIndex) => itemIndex !== index);
}

type JsonObject = Readonly<Record<string, unknown>>;

function toArray(setting: unknown): readonly unknown[] {
  return Array.isArray(setting) ? setting : [];
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stringField(object: JsonObject, field: string): string {
  const value = object[field];
  return typeof value === 'string' ? value : '';
}

/** The connections with their places in the setting. */
function parseWithIndex(setting: unknown): { readonly index: number; readonly entry: ConnectionEntry }[] {
  const usedAddresses = new Set<string>();
  return toArray(setting).flatMap((item, index) =>
    isJsonObject(item) ? [{ index, entry: parseEntry(item, usedAddresses) }] : [],
  );
}

/** Reads one, and takes its address. */
function parseEntry(object: JsonObject, usedAddresses: Set<string>): ConnectionEntry {
  const writtenAddress = stringField(object, 'address');
  const parsed = parseAddress(writtenAddress);
  // A password that somebody wrote into an address is not drawn.
  const withoutPassword = parsed === 'credentials' ? writtenAddress.replace(/[^/\\]*@/, '') : writtenAddress;
  const preferredAddress = typeof parsed === 'string' ? withoutPassword.trim() : parsed.address;
  const address = uniqueAddress(usedAddresses, preferredAddress);
  usedAddresses.add(address);
  return {
    name: stringField(object, 'name').trim() || defaultConnectionName(preferredAddress) || '?',
    address,
    problem: typeof parsed === 'string' ? parsed : address === preferredAddress ? undefined : 'duplicate',
    production: object['production'] === true,
    hidden: object['hidden'] === true,
  };
}

/** The address, or `address#2` where it is taken: what stands behind a `#` is in no address. */
function uniqueAddress(usedAddresses: ReadonlySet<string>, address: string): string {
  let unique = address;
  for (let suffix = 2; usedAddresses.has(unique); suffix += 1) {
    unique = `${address}#${String(suffix)}`;
  }
  return unique;
}

function findIndex(setting: unknown, address: string): number | undefined {
  return parseWithIndex(setting).find(({ entry }) => entry.address === address)?.index;
}
