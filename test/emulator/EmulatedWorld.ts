import type { Backfill } from '../../src/sampleServer/Backfill.ts';
import { createHealth } from '../../src/sampleServer/health.ts';
import type { Plan } from '../../src/sampleServer/plan.ts';
import { Random } from '../../src/sampleServer/Random.ts';
import type { BackfillJson } from '../../src/sampleServer/sequinTypes.ts';
import {
  defaultTableRows,
  getOrThrow,
  type SourceDatabase,
  type Table,
} from '../../src/sampleServer/SourceDatabases.ts';
import { otherSinkStartMs, type Sink, World, type WorldOptions } from '../../src/sampleServer/World.ts';
import { planBusyRun, slowDown } from './busyPlan.ts';

/** A resource in the form of `sequin.yaml`. */
export type ConfigItem = Record<string, unknown>;

/** The part of a database's state that the API doesn't report. */
interface DatabaseState {
  /** In clear text. */
  password: string;
  /** Whether connections from before the error still work, so that Sequin can refresh the tables. */
  hasOpenPool: boolean;
  /** Tables that Sequin finds at the next refresh. */
  readonly newTables: Table[];
}

/**
 * How long the readers take to start after the server restarts or a database recovers, in milliseconds. A real server
 * processes the first rows within 15 s of a restart.
 */
const readerStartMs = 10_000;

/**
 * A world that tests can change directly. Its databases and destinations can fail, and it also has the other resources
 * that a `sequin.yaml` file can contain.
 */
export class EmulatedWorld extends World {
  /**
   * Separate from `random`, so that requests that change nothing don't affect later ids and the timing of backfills.
   */
  readonly responseRandom: Random;
  /** The HTTP endpoints, by name, as a plan reports them. */
  readonly httpEndpoints = new Map<string, ConfigItem>();
  /** The functions, by name, as a plan reports them. */
  readonly functions = new Map<string, ConfigItem>();
  /** The users, by email. */
  readonly users = new Map<string, ConfigItem>();
  readonly account: ConfigItem;
  readonly #databaseStates = new WeakMap<SourceDatabase, DatabaseState>();
  readonly #busySinks = new Set<Sink>();
  readonly #failingSinks = new Set<Sink>();

  constructor(options: WorldOptions) {
    super(options);
    this.responseRandom = new Random(options.seed + 2);
    this.account = { id: new Random(options.seed + 3).uuid(), name: 'emulator' };
  }

  /** Lists the sinks in a varying order, because Sequin's query has no ORDER BY. */
  override listSinks(): readonly Sink[] {
    return this.sinks
      .map((sink) => ({ sink, order: this.responseRandom.next() }))
      .sort((a, b) => a.order - b.order)
      .map(({ sink }) => sink);
  }

  /** Makes backfills of a sink run as on a busy server: slowly, irregularly, and with restarts of the reader. */
  setBusy(sink: Sink): void {
    this.#busySinks.add(sink);
  }

  /** Whether the destination of a sink fails. Pages still count as processed, but at increasing intervals. */
  isDestinationFailing(sink: Sink): boolean {
    return this.#failingSinks.has(sink);
  }

  /** Makes the destination of a sink fail with an error; undefined makes it recover. */
  setDestinationError(idOrName: string, error: string | undefined): void {
    const sink = this.getSink(idOrName);
    if (error === undefined) {
      this.#failingSinks.delete(sink);
      sink.json.health = createHealth('healthy');
    } else {
      this.#failingSinks.add(sink);
      sink.json.health = createHealth('error', error);
    }
    this.restartRuns(sink, 0);
  }

  protected override planRun(sink: Sink, backfill: Backfill, table: Table): Plan {
    const plan = this.#busySinks.has(sink)
      ? planBusyRun(this.random, backfill.countRemainingRows(table.rows), backfill.isResumed)
      : super.planRun(sink, backfill, table);
    return this.isDestinationFailing(sink) ? slowDown(plan) : plan;
  }

  /** Returns the state of a database, which tests may change. */
  getDatabaseState(database: SourceDatabase): DatabaseState {
    const state = this.#databaseStates.get(database) ?? {
      password: 'postgres',
      hasOpenPool: false,
      newTables: [],
    };
    this.#databaseStates.set(database, state);
    return state;
  }

  /** Makes connections to a database fail, which stops the backfills of its sinks; undefined makes it recover. */
  setDatabaseError(idOrName: string, error: string | undefined, hasOpenPool = false): void {
    const database = getOrThrow(this.findDatabase(idOrName), idOrName);
    database.error = error;
    this.getDatabaseState(database).hasOpenPool = hasOpenPool;
    for (const sink of this.listSinksOf(database.json.name)) {
      for (const backfill of sink.backfills) {
        if (error === undefined) {
          this.runIfActive(sink, backfill, { waitMs: readerStartMs });
        } else {
          backfill.stopRun(this.clock.now());
        }
      }
    }
  }

  /** Creates a table in a database. Sequin finds it when the tables are refreshed. */
  createTable(idOrName: string, name: string, rows = defaultTableRows): void {
    const database = getOrThrow(this.findDatabase(idOrName), idOrName);
    this.getDatabaseState(database).newTables.push({ name, rows, hasPrimaryKey: true });
  }

  /** Adds the new tables of a database. Fails if Sequin can't connect to the database and has no open pool. */
  override refreshTables(database: SourceDatabase): boolean {
    const { hasOpenPool, newTables } = this.getDatabaseState(database);
    if (!super.refreshTables(database) && !hasOpenPool) {
      return false;
    }
    for (const { name, rows } of newTables.splice(0)) {
      this.addTable(name, rows);
    }
    return true;
  }

  /** Removes a database, but not its sinks. */
  removeDatabase(idOrName: string): void {
    const database = getOrThrow(this.findDatabase(idOrName), idOrName);
    this.databaseList.splice(this.databaseList.indexOf(database), 1);
  }

  /** Restarts the replication of a database, as Sequin does when it applies a configuration (recording y05). */
  restartReplicationOf(database: string): void {
    for (const sink of this.listSinksOf(database)) {
      this.restartRuns(sink, otherSinkStartMs);
    }
  }

  /** Restarts the server: the pages that are being read are lost, and backfills of disabled sinks stop. */
  restart(): void {
    for (const sink of this.sinks) {
      this.restartRuns(sink, readerStartMs);
    }
  }

  /** Removes a sink with its backfills. */
  removeSink(idOrName: string): void {
    this.sinkList.splice(this.sinkList.indexOf(this.getSink(idOrName)), 1);
  }

  /** Overwrites fields of a backfill. The backfill then makes no progress until its state changes again. */
  setBackfill(id: string, fields: Partial<BackfillJson>): Backfill {
    const backfill = getOrThrow(this.findBackfill(id), id);
    backfill.overwrite(fields, this.clock.now());
    return backfill;
  }
}
