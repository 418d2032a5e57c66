import { Backfill } from './Backfill.ts';
import { newBackfill, newSink } from './defaults.ts';
import { planFailure, planRun, timeOfRows } from './plan.ts';
import { Random } from './Random.ts';
import { type BackfillJson, type BackfillState, cutToSeconds, type SinkJson } from './sequinTypes.ts';

/** Tells the time in ms since epoch. */
export interface Clock {
  now(): number;
}

export interface WorldOptions {
  seed: number;
  speed: number;
  clock: Clock;
}

/** A table of the source databases, as Sequin knows it. */
export interface Table {
  /** `schema.table` */
  name: string;
  rows: number;
  /** Sequin accepts a backfill of a table without one, and fails it. */
  primaryKey: boolean;
}

/** How a sink behaves, beside what the API tells of it. */
export interface SinkConduct {
  /** Rows after which its backfills stall; 0 unless told for a `sequin_stream`, which nobody receives. */
  stallsAt?: number;
  /** How long after the end of a table's latest backfill somebody starts another, in ms of running time. */
  renewsAfterMs?: number;
}

export interface Sink extends SinkConduct {
  readonly json: Omit<SinkJson, 'active_backfills'>;
  /** Oldest first. */
  readonly backfills: Backfill[];
}

/** How long the exact count of a table took in the recorded series. */
const COUNT_MS = [200, 480] as const;
const ROWS_OF_UNKNOWN_TABLES = 200_000;
const V4_UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i;

/**
 * What one Sequin account holds: sinks, their backfills and the source tables. The API serves from it, and
 * tests turn it as they like. Sinks and backfills are found as Sequin finds them.
 */
export class World {
  readonly random: Random;
  readonly clock: Clock;
  readonly #speed: number;
  readonly #tables = new Map<string, Table>();
  readonly #sinks: Sink[] = [];

  constructor({ seed, speed, clock }: WorldOptions) {
    this.random = new Random(seed);
    this.#speed = speed;
    this.clock = clock;
  }

  /** All sinks, their backfills brought up to the present. */
  get sinks(): readonly Sink[] {
    this.#settle();
    return this.#sinks;
  }

  addTable(name: string, rows = ROWS_OF_UNKNOWN_TABLES, primaryKey = true): Table {
    const table = { name, rows, primaryKey };
    this.#tables.set(name, table);
    return table;
  }

  findTable(name: string): Table | undefined {
    return this.#tables.get(name);
  }

  /** Drops a table: it goes from the sinks' sources, and its backfills stay behind with a `table` of null. */
  dropTable(name: string): void {
    this.#tables.delete(name);
    for (const { json, backfills } of this.sinks) {
      for (const backfill of backfills) if (backfill.json.table === name) backfill.json.table = null;
      const remaining = json.source?.include_tables?.filter((table) => table !== name);
      if (json.source && remaining) json.source.include_tables = remaining;
    }
  }

  /** Adds a sink; what is left out is as in a healthy, active `sequin_stream`. Tables it names come to exist. */
  addSink({ stallsAt, renewsAfterMs, ...fields }: Partial<Sink['json']> & SinkConduct = {}): Sink {
    const id = this.random.uuid();
    const json = { ...newSink(id, `sink-${this.#sinks.length + 1}`, fields.status ?? 'active'), ...fields };
    for (const name of json.source?.include_tables ?? []) if (!this.findTable(name)) this.addTable(name);
    const stall = stallsAt ?? (json.destination.type === 'sequin_stream' ? 0 : undefined);
    const sink = {
      json,
      backfills: [],
      ...(stall !== undefined && { stallsAt: stall }),
      ...(renewsAfterMs !== undefined && { renewsAfterMs }),
    };
    this.#sinks.push(sink);
    return sink;
  }

  /** Changes a sink's fields. While its status is not `active`, its backfills stand still. */
  updateSink(idOrName: string, fields: Partial<Sink['json']>): Sink {
    const sink = this.getSink(idOrName);
    Object.assign(sink.json, fields);
    for (const backfill of sink.backfills) {
      if (sink.json.status === 'active') this.#runIfActive(sink, backfill);
      else backfill.hold(this.clock.now());
      backfill.json.sink_consumer = sink.json.name;
    }
    return sink;
  }

  /** Removes a sink and with it its backfills. */
  removeSink(idOrName: string): void {
    this.#sinks.splice(this.#sinks.indexOf(this.getSink(idOrName)), 1);
  }

  /** Finds a sink as Sequin does: what looks like a v4 uuid is an id, anything else is a name. */
  findSink(idOrName: string): Sink | undefined {
    this.#settle();
    return this.#find(idOrName);
  }

  /** As `findSink`, but throws when there is none. */
  getSink(idOrName: string): Sink {
    return present(this.findSink(idOrName), idOrName);
  }

  findBackfill(id: string): Backfill | undefined {
    return this.sinks.flatMap(({ backfills }) => backfills).find(({ json }) => json.id === id.toLowerCase());
  }

  /**
   * Adds a backfill. An active one runs, from its start or as if it had run until `progress` (0 to 1) was
   * reached; with its own `rows_processed_count` it stands still at that.
   */
  addBackfill(idOrName: string, fields: Partial<BackfillJson> = {}, progress = 0): Backfill {
    return this.#add(present(this.#find(idOrName), idOrName), fields, progress);
  }
  /** Forces a backfill into any state and counts; it stands still from then on, until it changes again. */
  setBackfill(id: string, fields: Partial<BackfillJson>): Backfill {
    const backfill = present(this.findBackfill(id), id);
    backfill.force(fields, this.clock.now());
    return backfill;
  }

  /** Moves a backfill into another state as a PATCH does, allowed or not. */
  moveBackfill(sink: Sink, backfill: Backfill, state: BackfillState): void {
    backfill.enter(state, this.clock.now());
    this.#runIfActive(sink, backfill);
  }

  #find(idOrName: string): Sink | undefined {
    if (!V4_UUID.test(idOrName)) return this.#sinks.find(({ json }) => json.name === idOrName);
    return this.#sinks.find(({ json }) => json.id === idOrName.toLowerCase());
  }

  #add(sink: Sink, fields: Partial<BackfillJson>, progress = 0): Backfill {
    const now = this.clock.now();
    const name = fields.table === undefined ? (sink.json.source?.include_tables?.[0] ?? null) : fields.table;
    const table = name === null ? undefined : (this.findTable(name) ?? this.addTable(name));
    const backfill = new Backfill({
      ...newBackfill(this.random.uuid(), sink.json.name, now),
      table: name,
      ...fields,
    });
    sink.backfills.push(backfill);
    if (table?.primaryKey && !('rows_initial_count' in fields)) {
      const wait = progress > 0 ? 0 : this.random.between(...COUNT_MS) / this.#speed;
      backfill.expectCount(table.rows, now + wait);
    }
    if (fields.rows_processed_count === undefined) this.#runIfActive(sink, backfill, progress);
    backfill.settle(now);
    return backfill;
  }

  #runIfActive(sink: Sink, backfill: Backfill, progress = 0): void {
    const { state, table: name, rows_processed_count: done } = backfill.json;
    const table = name === null ? undefined : this.findTable(name);
    if (state !== 'active' || sink.json.status !== 'active' || backfill.isRunning || !table) return;
    const rows = Math.max(table.rows - done, 0) + backfill.reread;
    const plan = table.primaryKey
      ? planRun(this.random, rows, done > 0, sink.stallsAt)
      : planFailure(this.random);
    const ahead = progress > 0 ? timeOfRows(plan, rows * progress) / this.#speed : 0;
    const startedAt = this.clock.now() - ahead;
    if (ahead > 0) backfill.json.inserted_at = cutToSeconds(startedAt);
    backfill.run(plan, startedAt, this.#speed);
  }

  #settle(): void {
    const now = this.clock.now();
    for (const sink of this.#sinks) {
      for (const backfill of sink.backfills) backfill.settle(now);
      this.#renew(sink, now);
    }
  }

  /** Starts what a sink's owner would start again by now. */
  #renew(sink: Sink, now: number): void {
    if (sink.renewsAfterMs === undefined) return;
    const latest = new Map(sink.backfills.map((backfill) => [backfill.json.table, backfill]));
    for (const [table, { isOpen, endedAt = now }] of latest) {
      if (!isOpen && table !== null && now - endedAt >= sink.renewsAfterMs / this.#speed) {
        this.#add(sink, { table });
      }
    }
  }
}

function present<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw new Error(`The world has no ${name}`);
  return found;
}
