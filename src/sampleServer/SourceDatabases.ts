import { createDatabaseJson } from './defaults.ts';
import type { Random } from './Random.ts';
import type { DatabaseJson } from './sequinTypes.ts';

/** A table of a source database. */
export interface Table {
  /** `schema.table` */
  name: string;
  rows: number;
  /** Sequin accepts a backfill of a table without a primary key, but the backfill fails. */
  hasPrimaryKey: boolean;
}

/** A source database. */
export interface SourceDatabase {
  readonly json: DatabaseJson;
  /** Why Sequin can't connect to the database; undefined while it can connect. */
  error?: string | undefined;
}

export const defaultTableRows = 200_000;
const uuidV4Pattern = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i;

/** The source databases of a Sequin account, and the tables that Sequin has read from them. */
export class SourceDatabases {
  protected readonly databaseList: SourceDatabase[] = [];
  protected readonly tables = new Map<string, Table>();
  /** Determines the ids of databases. */
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** All source databases. */
  get databases(): readonly SourceDatabase[] {
    return this.databaseList;
  }

  /** Adds a database. Missing fields have Sequin's defaults. */
  addDatabase(fields: Partial<DatabaseJson> & { name: string }): SourceDatabase {
    const database = { json: { ...createDatabaseJson(this.#random.uuid(), fields.name), ...fields } };
    this.databaseList.push(database);
    return database;
  }

  /** Finds a database by its id or name, as Sequin does. */
  findDatabase(idOrName: string): SourceDatabase | undefined {
    return findByIdOrName(this.databaseList, idOrName);
  }

  /** Makes Sequin read the tables of a database again. Returns whether that succeeded. */
  refreshTables({ error }: SourceDatabase): boolean {
    return error === undefined;
  }

  /** Adds a table that Sequin has read from a database, or replaces the table with the same name. */
  addTable(name: string, rows = defaultTableRows, hasPrimaryKey = true): Table {
    const table = { name, rows, hasPrimaryKey };
    this.tables.set(name, table);
    return table;
  }

  /** Finds a table that Sequin has read, by `schema.table`. */
  findTable(name: string): Table | undefined {
    return this.tables.get(name);
  }
}

/** Finds an item as Sequin does: a v4 UUID is an id, anything else is a name. */
export function findByIdOrName<T extends { readonly json: { readonly id: string; readonly name: string } }>(
  items: readonly T[],
  idOrName: string,
): T | undefined {
  const isId = uuidV4Pattern.test(idOrName);
  return items.find(({ json }) => (isId ? json.id === idOrName.toLowerCase() : json.name === idOrName));
}

/** @throws Error if the item is undefined */
export function getOrThrow<T>(item: T | undefined, name: string): T {
  if (item === undefined) {
    throw new Error(`No ${name} in the world`);
  }
  return item;
}
