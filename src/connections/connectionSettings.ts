import { type AddressProblem, getDefaultConnectionName, parseAddress } from '../model/Connection.ts';
import { isRecord } from '../shared/guards.ts';
import { lazy } from '../shared/lazy.ts';

/** A connection in the user settings. Unknown fields stay unchanged in the settings. */
export interface ConnectionEntry {
  /**
   * Unique. An entry that was written by hand or by version 0.1.0 has no id. Its address is used as the id, so that
   * everything that 0.1.0 stored under the address keeps its key. When the extension first changes the entry, it saves
   * the id.
   */
  readonly id: string;
  readonly name: string;
  /**
   * The normalized address. If the address is invalid, the text in the setting without the user name and the password.
   */
  readonly address: string;
  /** Why the address is invalid; undefined if it is valid. */
  readonly problem: AddressProblem | undefined;
  readonly production: boolean;
  readonly hidden: boolean;
}

/** Changes to an entry. A field whose value is undefined is removed. */
export type ConnectionEntryPatch = Partial<Record<'id' | 'name' | 'address', string>> &
  Partial<Record<'production' | 'hidden', true | undefined>>;

/**
 * Creates the collator for names on first use, because this takes 10 ms, and a single connection doesn't need it.
 * Without this collator, `localeCompare` would create one for each comparison.
 */
const getNameCollator = lazy(() => new Intl.Collator(undefined, { numeric: true }));

const compareByName = (a: ConnectionEntry, b: ConnectionEntry): number =>
  getNameCollator().compare(a.name, b.name) || (a.id < b.id ? -1 : 1);

/** Parses the items of the setting `sequin.connections`, sorted by name. Ignores items that aren't objects. */
export function parseEntries(setting: readonly unknown[]): ConnectionEntry[] {
  return parseWithIndex(setting)
    .map(({ entry }) => entry)
    .sort(compareByName);
}

/** Returns the name, with a number appended if a connection already has the name. */
export function createUniqueName(name: string, entries: readonly ConnectionEntry[]): string {
  const takenNames = new Set(entries.map((entry) => entry.name));
  let candidate = name;
  for (let suffix = 2; takenNames.has(candidate); suffix += 1) {
    candidate = `${name} ${suffix}`;
  }
  return candidate;
}

/** Returns the setting with a change to one connection, and with the id of the connection in its entry. */
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

/** Parses the connections, in no particular order, each with its index in the setting. */
function parseWithIndex(
  setting: readonly unknown[],
): { readonly index: number; readonly entry: ConnectionEntry }[] {
  const items = setting.flatMap((item, index) =>
    isRecord(item) ? [{ index, writtenId: readString(item, 'id').trim(), ...parseItem(item) }] : [],
  );
  // The written ids are reserved: no other entry may get the id, and with it the token, of a connection that has moved
  // to another address.
  const createUniqueId = createIdGenerator(new Set(items.map(({ writtenId }) => writtenId)));
  // Without its user name and password, an invalid address may be the same as the address of another entry. Assigning
  // the ids of invalid addresses last keeps the id, and with it the token, for the other entry.
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
 * Removes the user name and the password from an invalid address, because the address is shown. Removes everything
 * between the scheme and the last `@`, because a password may contain any character.
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
 * Creates a function that returns the id of each entry: the written id or, without a written id, the address. Further
 * entries with the same id or address get the suffixes `#2`, `#3` and so on: a parsed address never contains a `#`.
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
