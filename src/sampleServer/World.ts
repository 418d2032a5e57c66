import { Backfill } from './Backfill.ts';
import { createBackfillJson, createDatabaseJson, createSinkJson } from './defaults.ts';
import { createHealth } from './health.ts';
import { getTimeOfRows, planFailure, planRun, slowDown } from './plan.ts';
import { Random } from './Random.ts';
import {
  type BackfillJson,
  type BackfillState,
  type DatabaseJson,
  type SinkJson,
  truncateToSeconds,
} from './sequinTypes.ts';

/** A clock with the time in ms since epoch. */
export interface Clock {
  now(): number;
}

/** Options of a `World`. */
export interface WorldOptions {
  /** Determines ids, counts and the timing of pages. */
  seed: number;
  /** The speed of backfills, as a multiple of the recorded ones. */
  speed: number;
  clock: Clock;
}

/** A table of a source database. */
export interface Table {
  /** `schema.table` */
  name: string;
  rows: number;
  /** Whether there is a primary key. Sequin accepts a backfill of a table without one, which then fails. */
  hasPrimaryKey: boolean;
}

/** How a sink behaves, in addition to the fields of the API. */
export interface SinkBehavior {
  /**
   * Backfills stall before the first page that would exceed this number of rows; by default 0 for a `sequin_stream`, which
   * has no consumer.
   */
  maxRows?: number | undefined;
  /** Whether the destination fails: pages still count, but ever more slowly. */
  isDestinationFailing?: boolean;
  /** Whether backfills run as on a busy server: slower, irregular, and with restarts of the reader. */
  isBusy?: boolean | undefined;
  /** The next backfill of a table starts this long after its latest one finished, in ms of running time. */
  restartsAfterMs?: number | undefined;
}

/** A sink with its backfills. */
export interface Sink extends SinkBehavior {
  readonly json: Omit<SinkJson, 'active_backfills'>;
  /** Oldest first. */
  readonly backfills: Backfill[];
}

/** A source database. */
export interface SourceDatabase {
  readonly json: DatabaseJson;
  /** In clear text. Default: `postgres`. */
  password?: string;
  /** Why Sequin can't connect to it; undefined while it can. */
  error?: string | undefined;
  /** Whether connections from before the error still work, so that Sequin can refresh the tables. */
  hasOpenPool?: boolean;
  /** Tables that Sequin finds at the next refresh. */
  readonly newTables: Table[];
}

/** A resource in the form of `sequin.yaml`. */
export type ConfigItem = Record<string, unknown>;

/** The shortest and the longest `count(*)` in the recorded series, in ms. */
const countMs = [200, 480] as const;
/** How long the readers take to start after a restart of the server. On a real one, rows are processed within 15 s. */
const readerStartMs = 10_000;
/** How long the readers of a sink take to start after the sink was edited (recording y17e in test/recordings). */
const editedSinkStartMs = 12_000;
/** How long the readers of the other sinks of the same database take to start after that edit. */
const otherSinkStartMs = 18_000;
const defaultTableRows = 200_000;
const uuidV4Pattern = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i;

/**
 * The data of a Sequin account: sinks, their backfills and the source tables. The API serves it, and tests change it
 * directly. Sinks and backfills are looked up as Sequin does.
 */
export class World {
  readonly random: Random;
  /** Separate, so that requests that change nothing don't affect later ids and the timing of backfills. */
  readonly responseRandom: Random;
  readonly clock: Clock;
  readonly #speed: number;
  readonly #tables = new Map<string, Table>();
  readonly #sinks: Sink[] = [];
  readonly #databases: SourceDatabase[] = [];
  /** The HTTP endpoints, by name, as a plan reports them. */
  readonly httpEndpoints = new Map<string, ConfigItem>();
  /** The functions, by name, as a plan reports them. */
  readonly functions = new Map<string, ConfigItem>();
  /** The users, by email. */
  readonly users = new Map<string, ConfigItem>();
  readonly account: ConfigItem;
  /** Separate, so that databases don't change the timing of backfills. */
  readonly #databaseRandom: Random;

  constructor({ seed, speed, clock }: WorldOptions) {
    this.random = new Random(seed);
    this.#databaseRandom = new Random(seed + 1);
    this.responseRandom = new Random(seed + 2);
    this.account = { id: this.#databaseRandom.uuid(), name: 'emulator' };
    this.#speed = speed;
    this.clock = clock;
  }

  /** All sinks, with the current state of their backfills. */
  get sinks(): readonly Sink[] {
    this.#advance();
    return this.#sinks;
  }

  /** All source databases. */
  get databases(): readonly SourceDatabase[] {
    return this.#databases;
  }

  /** Adds a database with Sequin's defaults for the other fields. */
  addDatabase(fields: Partial<DatabaseJson> & { name: string }): SourceDatabase {
    const database = {
      json: { ...createDatabaseJson(this.#databaseRandom.uuid(), fields.name), ...fields },
      newTables: [],
    };
    this.#databases.push(database);
    return database;
  }

  /** Removes a database, but not its sinks. */
  removeDatabase(idOrName: string): void {
    this.#databases.splice(this.#databases.indexOf(getOrThrow(this.findDatabase(idOrName), idOrName)), 1);
  }

  /** Finds a database as Sequin does. */
  findDatabase(idOrName: string): SourceDatabase | undefined {
    return findByIdOrName(this.#databases, idOrName);
  }

  /** Lets the connection to a database fail, which stops the backfills of its sinks, or recover. */
  setDatabaseError(idOrName: string, error: string | undefined, hasOpenPool = false): void {
    const database = getOrThrow(this.findDatabase(idOrName), idOrName);
    Object.assign(database, { error, hasOpenPool });
    for (const sink of this.#listSinksOf(database.json.name)) {
      for (const backfill of sink.backfills) {
        if (error === undefined) {
          this.#runIfActive(sink, backfill, 0, readerStartMs);
        } else {
          backfill.stopRun(this.clock.now());
        }
      }
    }
  }

  /** Creates a table in a database. Sequin reads it when the tables are refreshed. */
  createTable(database: string, name: string, rows = defaultTableRows): void {
    getOrThrow(this.findDatabase(database), database).newTables.push({ name, rows, hasPrimaryKey: true });
  }

  /** Makes Sequin read the tables of a database again. */
  refreshTables({ newTables }: SourceDatabase): void {
    for (const { name, rows, hasPrimaryKey } of newTables.splice(0)) {
      this.addTable(name, rows, hasPrimaryKey);
    }
  }

  /** Adds a table that Sequin has read from the database, or replaces the one with this name. */
  addTable(name: string, rows = defaultTableRows, hasPrimaryKey = true): Table {
    const table = { name, rows, hasPrimaryKey };
    this.#tables.set(name, table);
    return table;
  }

  /** Finds a table that Sequin has read, by `schema.table`. */
  findTable(name: string): Table | undefined {
    return this.#tables.get(name);
  }

  /**
   * Drops a table: removes it from the sources of sinks, and sets its name to null elsewhere. Its backfills stay active
   * without progress, and their sinks healthy.
   */
  dropTable(name: string): void {
    this.#tables.delete(name);
    for (const { json, backfills } of this.sinks) {
      for (const backfill of backfills) {
        if (backfill.json.table === name) {
          backfill.json.table = null;
          backfill.stopRun(this.clock.now());
        }
      }
      json.tables = (json.tables ?? []).map((table) =>
        table.name === name ? { ...table, name: null } : table,
      );
      const remaining = json.source?.include_tables?.filter((table) => table !== name);
      if (json.source && remaining) {
        json.source.include_tables = remaining;
      }
    }
  }

  /** Adds a sink; by default, a healthy, active `sequin_stream`. Creates its database, and the tables in its source. */
  addSink({
    maxRows,
    isBusy,
    restartsAfterMs,
    ...fields
  }: Partial<Sink['json']> & Omit<SinkBehavior, 'isDestinationFailing'> = {}): Sink {
    const id = this.random.uuid();
    const json = {
      ...createSinkJson(id, `sink-${this.#sinks.length + 1}`, fields.status ?? 'active'),
      ...fields,
    };
    for (const name of json.source?.include_tables ?? []) {
      if (!this.findTable(name)) {
        this.addTable(name);
      }
    }
    if (!this.findDatabase(json.database)) {
      this.addDatabase({ name: json.database });
    }
    const sink = {
      json,
      backfills: [],
      maxRows: maxRows ?? (json.destination.type === 'sequin_stream' ? 0 : undefined),
      isBusy,
      restartsAfterMs,
    };
    this.#sinks.push(sink);
    return sink;
  }

  /**
   * Changes a sink's fields as a PATCH request does: unless it disables the sink, the replication of its database
   * restarts. This interrupts all backfills there, and stops those of paused and disabled sinks (recordings y10 to y19).
   */
  updateSink(idOrName: string, fields: Partial<Sink['json']>): Sink {
    const sink = this.getSink(idOrName);
    Object.assign(sink.json, fields);
    for (const backfill of sink.backfills) {
      backfill.json.sink_consumer = sink.json.name;
    }
    if (fields.status !== 'disabled') {
      this.#restartReplicationAfterEdit(sink);
    }
    return sink;
  }

  /** Restarts the replication of a database, as applying a configuration with it does (recording y05). */
  restartReplicationOf(database: string): void {
    for (const sink of this.#listSinksOf(database)) {
      this.#restartRuns(sink, otherSinkStartMs);
    }
  }

  /** Lets the destination of a sink fail with an error, or recover. */
  setDestinationError(idOrName: string, error: string | undefined): void {
    const sink = this.getSink(idOrName);
    sink.isDestinationFailing = error !== undefined;
    sink.json.health = error === undefined ? createHealth('healthy') : createHealth('error', error);
    this.#restartRuns(sink, 0);
  }

  /** Restarts the server: the pages that are being read are lost, and disabled sinks stop. */
  restart(): void {
    for (const sink of this.sinks) {
      this.#restartRuns(sink, readerStartMs);
    }
  }

  /** Removes a sink with its backfills. */
  removeSink(idOrName: string): void {
    this.#sinks.splice(this.#sinks.indexOf(this.getSink(idOrName)), 1);
  }

  /** Finds a sink as Sequin does. */
  findSink(idOrName: string): Sink | undefined {
    this.#advance();
    return findByIdOrName(this.#sinks, idOrName);
  }

  /**
   * Finds a sink as Sequin does.
   * @throws Error when there is none.
   */
  getSink(idOrName: string): Sink {
    return getOrThrow(this.findSink(idOrName), idOrName);
  }

  /** Finds a backfill of any sink. */
  findBackfill(id: string): Backfill | undefined {
    return this.sinks.flatMap(({ backfills }) => backfills).find(({ json }) => json.id === id.toLowerCase());
  }

  /**
   * Adds a backfill. An active one runs, either from its start or as if it had already reached `progress` (0 to 1).
   * With `rows_processed_count` in `fields`, it keeps that count and doesn't run.
   */
  addBackfill(idOrName: string, fields: Partial<BackfillJson> = {}, progress = 0): Backfill {
    return this.#add(getOrThrow(findByIdOrName(this.#sinks, idOrName), idOrName), fields, progress);
  }

  /** Overwrites fields of a backfill, which stops until its state changes again. */
  setBackfill(id: string, fields: Partial<BackfillJson>): Backfill {
    const backfill = getOrThrow(this.findBackfill(id), id);
    backfill.overwrite(fields, this.clock.now());
    return backfill;
  }

  /** Changes a backfill's state as a PATCH request does, whether the transition is allowed or not. */
  changeState(sink: Sink, backfill: Backfill, state: BackfillState): void {
    backfill.setState(state, this.clock.now());
    this.#runIfActive(sink, backfill);
  }

  /** Restarts the replication of a database after an edit of one of its sinks, whose waiting backfills then start, too. */
  #restartReplicationAfterEdit(edited: Sink): void {
    for (const sink of this.#listSinksOf(edited.json.database)) {
      if (sink === edited) {
        this.#restartRuns(sink, editedSinkStartMs, sink.backfills);
      } else {
        this.#restartRuns(sink, otherSinkStartMs);
      }
    }
  }

  /** Interrupts the running backfills of a sink, or others, and lets them run after a wait, in ms, if that is possible. */
  #restartRuns(
    sink: Sink,
    waitMs: number,
    backfills: readonly Backfill[] = sink.backfills.filter(({ isRunning }) => isRunning),
  ): void {
    for (const backfill of backfills) {
      backfill.stopRun(this.clock.now());
      this.#runIfActive(sink, backfill, 0, waitMs);
    }
  }

  #listSinksOf(database: string): Sink[] {
    return this.sinks.filter(({ json }) => json.database === database);
  }

  #add(sink: Sink, fields: Partial<BackfillJson>, progress = 0): Backfill {
    const now = this.clock.now();
    const name = fields.table === undefined ? (sink.json.source?.include_tables?.[0] ?? null) : fields.table;
    const table = name === null ? undefined : (this.findTable(name) ?? this.addTable(name));
    const backfill = new Backfill({
      ...createBackfillJson(this.random.uuid(), sink.json.name, now),
      table: name,
      ...fields,
    });
    sink.backfills.push(backfill);
    if (table?.hasPrimaryKey && !('rows_initial_count' in fields)) {
      const waitMs = progress > 0 ? 0 : this.random.between(...countMs) / this.#speed;
      backfill.expectCount(table.rows, now + waitMs);
    }
    if (fields.rows_processed_count === undefined) {
      this.#runIfActive(sink, backfill, progress);
    }
    backfill.advance(now);
    return backfill;
  }

  #runIfActive(sink: Sink, backfill: Backfill, progress = 0, waitMs = 0): void {
    const { state, table: name, rows_processed_count: done } = backfill.json;
    const { maxRows, isBusy } = sink;
    const table = name === null ? undefined : this.findTable(name);
    const canRead = table !== undefined && this.findDatabase(sink.json.database)?.error === undefined;
    if (state !== 'active' || sink.json.status !== 'active' || backfill.isRunning || !canRead) {
      return;
    }
    const rows = backfill.countRemainingRows(table.rows);
    const readerPlan = table.hasPrimaryKey
      ? planRun(this.random, rows, { maxRows, isBusy, isResumed: done > 0 })
      : planFailure(this.random);
    const plan = sink.isDestinationFailing ? slowDown(readerPlan) : readerPlan;
    const elapsedMs = progress > 0 ? getTimeOfRows(plan, rows * progress) / this.#speed : 0;
    const startedAt = this.clock.now() - elapsedMs + waitMs / this.#speed;
    if (elapsedMs > 0) {
      backfill.json.inserted_at = truncateToSeconds(startedAt);
    }
    backfill.startRun(plan, startedAt, this.#speed);
  }

  #advance(): void {
    const now = this.clock.now();
    for (const sink of this.#sinks) {
      for (const backfill of sink.backfills) {
        backfill.advance(now);
      }
      this.#restartFinished(sink, now);
    }
  }

  /** Starts the next backfill of each table for which `restartsAfterMs` has passed. */
  #restartFinished(sink: Sink, now: number): void {
    if (sink.restartsAfterMs === undefined) {
      return;
    }
    const latest = new Map(sink.backfills.map((backfill) => [backfill.json.table, backfill]));
    for (const [table, { isUnfinished, finishedAt = now }] of latest) {
      if (!isUnfinished && table !== null && now - finishedAt >= sink.restartsAfterMs / this.#speed) {
        this.#add(sink, { table });
      }
    }
  }
}

/** Finds an item as Sequin does: a v4 UUID is an id, anything else is a name. */
function findByIdOrName<T extends { readonly json: { readonly id: string; readonly name: string } }>(
  items: readonly T[],
  idOrName: string,
): T | undefined {
  const isId = uuidV4Pattern.test(idOrName);
  return items.find(({ json }) => (isId ? json.id === idOrName.toLowerCase() : json.name === idOrName));
}

/** @throws Error if the item is undefined */
function getOrThrow<T>(item: T | undefined, name: string): T {
  if (item === undefined) {
    throw new Error(`No ${name} in the world`);
  }
  return item;
}
