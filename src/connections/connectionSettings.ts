import { type AddressProblem, getDefaultConnectionName, parseAddress } from '../model/Connection.ts';
import { isRecord } from '../shared/guards.ts';
import { lazy } from '../shared/lazy.ts';

/** A connection in the user settings. Unknown fields stay unchanged in the settings. */
export interface ConnectionEntry {
  /**
   * Unique. An entry without an id, written by hand or by version 0.1.0, has its address as id until the extension
   * changes the entry, which saves the id with it. So everything that 0.1.0 stored under an address keeps its key.
   */
  readonly id: string;
  readonly name: string;
  /** The normalized address, or the text of the setting if it can't be parsed. */
  readonly address: string;
  /** Why the address is invalid; undefined if it is valid. */
  readonly problem: AddressProblem | undefined;
  readonly production: boolean;
  readonly hidden: boolean;
}

/** Changes of an entry. Undefined removes a field. */
export type ConnectionEntryPatch = Partial<Record<'id' | 'name' | 'address', string>> &
  Partial<Record<'production' | 'hidden', true | undefined>>;

/**
 * Creates the collator for names on first use, which takes 10 ms and is needed only for several connections. Without it,
 * `localeCompare` would create one for each comparison.
 */
const getNameCollator = lazy(() => new Intl.Collator(undefined, { numeric: true }));

const compareByName = (a: ConnectionEntry, b: ConnectionEntry): number =>
  getNameCollator().compare(a.name, b.name) || (a.id < b.id ? -1 : 1);

/** Parses the items of the setting `sequin.connections`, sorted by name. Ignores those that aren't objects. */
export function parseEntries(setting: readonly unknown[]): ConnectionEntry[] {
  return parseWithIndex(setting)
    .map(({ entry }) => entry)
    .sort(compareByName);
}

/** Returns the name, with a number appended if another connection has it. */
export function createUniqueName(name: string, entries: readonly ConnectionEntry[]): string {
  const taken = new Set(entries.map((entry) => entry.name));
  let candidate = name;
  for (let suffix = 2; taken.has(candidate); suffix += 1) {
    candidate = `${name} ${suffix}`;
  }
  return candidate;
}

/** Returns the setting with a changed connection. Saves its id with it. */
export function updateEntry(
  setting: readonly unknown[],
  id: string,
  change: ConnectionEntryPatch,
): unknown[] {
  const index = findIndex(setting, id);
  return setting.map((item, itemIndex) =>
    itemIndex === index ? { ...(item as JsonObject), ...change, id } : item,
  );
}

/** Returns the setting without a connection. */
export function removeEntry(setting: readonly unknown[], id: string): unknown[] {
  const index = findIndex(setting, id);
  return setting.filter((_item, itemIndex) => itemIndex !== index);
}

type JsonObject = Readonly<Record<string, unknown>>;

function readString(object: JsonObject, field: string): string {
  const value = object[field];
  return typeof value === 'string' ? value : '';
}

/** Parses the connections, in any order, each with its index in the setting. */
function parseWithIndex(
  setting: readonly unknown[],
): { readonly index: number; readonly entry: ConnectionEntry }[] {
  const items = setting.flatMap((item, index) =>
    isRecord(item) ? [{ index, writtenId: readString(item, 'id').trim(), ...parseItem(item) }] : [],
  );
  // Written ids come first: no other entry may take the id, and with it the token, of one that has moved.
  const createUniqueId = createIdGenerator(new Set(items.map(({ writtenId }) => writtenId)));
  // An invalid address without its user name and password may be the address of another entry, which has its token.
  const comesLast = ({ writtenId, problem }: (typeof items)[number]): boolean =>
    writtenId === '' && problem !== undefined;
  return [...items.filter((item) => !comesLast(item)), ...items.filter(comesLast)].map(
    ({ index, writtenId, address, ...fields }) => ({
      index,
      entry: { id: createUniqueId(writtenId, address), address, ...fields },
    }),
  );
}

/**
 * Removes the user name and the password from an invalid address, because it is shown: everything between the scheme and
 * the last `@`, since a password may contain any character.
 */
function removeUserInfo(address: string): string {
  return address.replace(/^(\s*[a-z][a-z\d+.-]*:\/\/)?.*@/is, '$1');
}

/** Parses one connection without its id. */
function parseItem(object: JsonObject): Omit<ConnectionEntry, 'id'> {
  const writtenAddress = readString(object, 'address');
  const parsed = parseAddress(writtenAddress);
  const address = typeof parsed === 'string' ? removeUserInfo(writtenAddress).trim() : parsed.address;
  return {
    name: readString(object, 'name').trim() || getDefaultConnectionName(address) || '?',
    address,
    problem: typeof parsed === 'string' ? parsed : undefined,
    production: object['production'] === true,
    hidden: object['hidden'] === true,
  };
}

/**
 * Creates a function that returns the id of each entry: the written id or, without one, the address. The second entry
 * with the same id or address gets the suffix `#2`. A parsed address never contains a `#`.
 */
function createIdGenerator(writtenIds: ReadonlySet<string>): (writtenId: string, address: string) => string {
  const usedIds = new Set<string>();
  const counts = new Map<string, number>();
  return (writtenId, address) => {
    const base = writtenId || address;
    let id = base;
    while (usedIds.has(id) || (id !== writtenId && writtenIds.has(id))) {
      const count = (counts.get(base) ?? 1) + 1;
      counts.set(base, count);
      id = `${base}#${String(count)}`;
    }
    usedIds.add(id);
    return id;
  };
}

function findIndex(setting: readonly unknown[], id: string): number | undefined {
  return parseWithIndex(setting).find(({ entry }) => entry.id === id)?.index;
}
