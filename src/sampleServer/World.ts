import { Backfill } from './Backfill.ts';
import { createBackfillJson, createSinkJson } from './defaults.ts';
import { getTimeOfRows, type Plan, planFailure, planRun } from './plan.ts';
import { Random } from './Random.ts';
import { type BackfillJson, type BackfillState, type SinkJson, truncateToSeconds } from './sequinTypes.ts';
import { findByIdOrName, getOrThrow, SourceDatabases, type Table } from './SourceDatabases.ts';

/** A clock with the time in ms since epoch. */
export interface Clock {
  now(): number;
}

/** Options of a `World`. */
export interface WorldOptions {
  /** Determines ids, counts and the timing of pages. */
  seed: number;
  /** The speed of backfills, as a multiple of the recorded speed. */
  speed: number;
  clock: Clock;
}

/** How a sink behaves, in addition to the fields of the API. */
export interface SinkBehavior {
  /**
   * Backfills stall before the first page that would exceed this number of rows; by default 0 for a `sequin_stream`,
   * which has no consumer.
   */
  maxRows?: number | undefined;
  /** The running time in ms between the end of a table's latest backfill and the start of the next one. */
  restartsAfterMs?: number | undefined;
}

/** A sink with its backfills. */
export interface Sink extends SinkBehavior {
  readonly json: Omit<SinkJson, 'active_backfills'>;
  /** Oldest first. */
  readonly backfills: Backfill[];
}

/** The shortest and the longest `count(*)` in the recorded series, in ms. */
const countMs = [200, 480] as const;
/** How long the readers of a sink take to start after the sink was edited (recording y17e in test/recordings). */
const editedSinkStartMs = 12_000;
/** How long the readers of the other sinks of the same database take to start after such an edit. */
export const otherSinkStartMs = 18_000;

/** The data of a Sequin account: sinks, their backfills and the source databases. */
export class World extends SourceDatabases {
  readonly random: Random;
  readonly clock: Clock;
  protected readonly sinkList: Sink[] = [];
  readonly #speed: number;

  constructor({ seed, speed, clock }: WorldOptions) {
    // The databases have random numbers of their own, so that adding a database doesn't change the timing of backfills.
    super(new Random(seed + 1));
    this.random = new Random(seed);
    this.#speed = speed;
    this.clock = clock;
  }

  /** All sinks, with the current state of their backfills. */
  get sinks(): readonly Sink[] {
    this.#advance();
    return this.sinkList;
  }

  /** Lists all sinks in the order in which the server returns them. */
  listSinks(): readonly Sink[] {
    return this.sinks;
  }

  /**
   * Drops a table: removes it from the sources of sinks, and sets its name to null elsewhere. Its backfills stay active
   * but make no progress, and their sinks stay healthy.
   */
  dropTable(name: string): void {
    this.tables.delete(name);
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

  /**
   * Adds a sink; by default, a healthy, active `sequin_stream`. Creates its database and tables if they are missing.
   */
  addSink({ maxRows, restartsAfterMs, ...fields }: Partial<Sink['json']> & SinkBehavior = {}): Sink {
    const id = this.random.uuid();
    const json = {
      ...createSinkJson(id, `sink-${this.sinkList.length + 1}`, fields.status ?? 'active'),
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
      restartsAfterMs,
    };
    this.sinkList.push(sink);
    return sink;
  }

  /**
   * Changes a sink's fields as a PATCH request does: unless the change disables the sink, the replication of its
   * database restarts. This interrupts all backfills of the database. Those of paused and disabled sinks don't start
   * again (recordings y10 to y19).
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

  /** Finds a sink by its id or name, as Sequin does. */
  findSink(idOrName: string): Sink | undefined {
    this.#advance();
    return findByIdOrName(this.sinkList, idOrName);
  }

  /**
   * Finds a sink by its id or name, as Sequin does.
   * @throws Error if there is none
   */
  getSink(idOrName: string): Sink {
    return getOrThrow(this.findSink(idOrName), idOrName);
  }

  /** Finds a backfill of any sink. */
  findBackfill(id: string): Backfill | undefined {
    return this.sinks.flatMap(({ backfills }) => backfills).find(({ json }) => json.id === id.toLowerCase());
  }

  /**
   * Adds a backfill. An active backfill runs, either from its start or as if it had already reached `progress` (0 to
   * 1). If `fields` has `rows_processed_count`, the backfill keeps this count and doesn't run.
   */
  addBackfill(idOrName: string, fields: Partial<BackfillJson> = {}, progress = 0): Backfill {
    return this.#add(getOrThrow(findByIdOrName(this.sinkList, idOrName), idOrName), fields, progress);
  }

  /** Changes a backfill's state as a PATCH request does, whether the transition is allowed or not. */
  changeState(sink: Sink, backfill: Backfill, state: BackfillState): void {
    backfill.setState(state, this.clock.now());
    this.runIfActive(sink, backfill);
  }

  /**
   * Restarts a database's replication after one of its sinks was edited. Waiting backfills of the edited sink then
   * start, too.
   */
  #restartReplicationAfterEdit(edited: Sink): void {
    for (const sink of this.listSinksOf(edited.json.database)) {
      if (sink === edited) {
        this.restartRuns(sink, editedSinkStartMs, sink.backfills);
      } else {
        this.restartRuns(sink, otherSinkStartMs);
      }
    }
  }

  /**
   * Interrupts backfills of a sink, by default the running ones. They run again after `waitMs` if nothing prevents it.
   */
  protected restartRuns(
    sink: Sink,
    waitMs: number,
    backfills: readonly Backfill[] = sink.backfills.filter(({ isRunning }) => isRunning),
  ): void {
    for (const backfill of backfills) {
      backfill.stopRun(this.clock.now());
      this.runIfActive(sink, backfill, { waitMs });
    }
  }

  /** Lists the sinks that read from a database. */
  protected listSinksOf(database: string): Sink[] {
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
      this.runIfActive(sink, backfill, { progress });
    }
    backfill.advance(now);
    return backfill;
  }

  /**
   * Starts a run of a backfill if nothing prevents it. The run starts after `waitMs`, or as if it had already reached
   * `progress` (0 to 1).
   */
  protected runIfActive(sink: Sink, backfill: Backfill, { progress = 0, waitMs = 0 } = {}): void {
    const { state, table: name } = backfill.json;
    const table = name === null ? undefined : this.findTable(name);
    const isWaiting = state === 'active' && sink.json.status === 'active' && !backfill.isRunning;
    if (!isWaiting || table === undefined || this.findDatabase(sink.json.database)?.error !== undefined) {
      return;
    }
    const plan = this.planRun(sink, backfill, table);
    const elapsedMs =
      progress > 0
        ? getTimeOfRows(plan, backfill.countRemainingRows(table.rows) * progress) / this.#speed
        : 0;
    const startedAt = this.clock.now() - elapsedMs + waitMs / this.#speed;
    if (elapsedMs > 0) {
      backfill.json.inserted_at = truncateToSeconds(startedAt);
    }
    backfill.startRun(plan, startedAt, this.#speed);
  }

  /** Plans a run over the remaining rows of a table. */
  protected planRun({ maxRows }: Sink, backfill: Backfill, { rows, hasPrimaryKey }: Table): Plan {
    return hasPrimaryKey
      ? planRun(this.random, backfill.countRemainingRows(rows), { maxRows, isResumed: backfill.isResumed })
      : planFailure(this.random);
  }

  #advance(): void {
    const now = this.clock.now();
    for (const sink of this.sinkList) {
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
