import { getDefaultConnectionName, parseAddress, type AddressProblem } from '../model/Connection.ts';

/** A connection in the user settings. Unknown fields stay unchanged in the settings. */
export interface ConnectionEntry {
  readonly name: string;
  /**
   * The normalized address, or the text of the setting if it can't be parsed. Unique, so that each entry can be shown
   * and changed: the second of two duplicates has the suffix `#2`.
   */
  readonly address: string;
  /** Why the address is invalid; undefined if it is valid. */
  readonly problem: AddressProblem | undefined;
  readonly production: boolean;
  readonly hidden: boolean;
}

/** Changes of an entry. Undefined removes a field. */
export type ConnectionEntryPatch = Partial<Record<'name' | 'address', string>> &
  Partial<Record<'production' | 'hidden', true | undefined>>;

const compareByName = (a: ConnectionEntry, b: ConnectionEntry): number =>
  a.name.localeCompare(b.name, undefined, { numeric: true }) || (a.address < b.address ? -1 : 1);

/** Parses the setting `sequin.connections`, sorted by name. Ignores items that aren't objects: users edit it by hand. */
export function parseEntries(setting: unknown): ConnectionEntry[] {
  return parseWithIndex(setting)
    .map(({ entry }) => entry)
    .sort(compareByName);
}

/** Returns the setting with an added connection. */
export function addEntry(setting: unknown, entry: ConnectionEntryPatch): unknown[] {
  return [...toArray(setting), entry];
}

/** Returns the setting with a changed connection, found by its address. */
export function updateEntry(setting: unknown, address: string, change: ConnectionEntryPatch): unknown[] {
  const index = findIndex(setting, address);
  return toArray(setting).map((item, itemIndex) =>
    itemIndex === index ? { ...(item as JsonObject), ...change } : item,
  );
}

/** Returns the setting without a connection, found by its address. */
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

/** Parses the connections, each with its index in the setting. */
function parseWithIndex(setting: unknown): { readonly index: number; readonly entry: ConnectionEntry }[] {
  const usedAddresses = new Set<string>();
  return toArray(setting).flatMap((item, index) =>
    isJsonObject(item) ? [{ index, entry: parseEntry(item, usedAddresses) }] : [],
  );
}

/** Parses one connection, and adds its address to `usedAddresses`. */
function parseEntry(object: JsonObject, usedAddresses: Set<string>): ConnectionEntry {
  const writtenAddress = stringField(object, 'address');
  const parsed = parseAddress(writtenAddress);
  // A password in an address must not be shown.
  const withoutPassword = parsed === 'credentials' ? writtenAddress.replace(/[^/\\]*@/, '') : writtenAddress;
  const preferredAddress = typeof parsed === 'string' ? withoutPassword.trim() : parsed.address;
  const address = createUniqueAddress(usedAddresses, preferredAddress);
  usedAddresses.add(address);
  return {
    name: stringField(object, 'name').trim() || getDefaultConnectionName(preferredAddress) || '?',
    address,
    problem: typeof parsed === 'string' ? parsed : address === preferredAddress ? undefined : 'duplicate',
    production: object['production'] === true,
    hidden: object['hidden'] === true,
  };
}

/** Returns the address, or `address#2` if it is taken. A parsed address never contains a `#`. */
function createUniqueAddress(usedAddresses: ReadonlySet<string>, address: string): string {
  let unique = address;
  for (let suffix = 2; usedAddresses.has(unique); suffix += 1) {
    unique = `${address}#${String(suffix)}`;
  }
  return unique;
}

function findIndex(setting: unknown, address: string): number | undefined {
  return parseWithIndex(setting).find(({ entry }) => entry.address === address)?.index;
}
