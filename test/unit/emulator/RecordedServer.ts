import { allTables } from '../../../src/sampleServer/defaults.ts';
import type { BackfillJson, DatabaseJson, SinkJson } from '../../../src/sampleServer/sequinTypes.ts';
import type { Sink } from '../../../src/sampleServer/World.ts';
import { Emulator } from '../../emulator/Emulator.ts';
import type { Recording } from '../../recordings/recordings.ts';

/** The row counts of those tables of the recorded server that have a primary key. */
const tableRows: Record<string, number> = {
  'public.orders': 200_000,
  'public.customers': 20_000,
  'public.small': 37,
  'public.empty_table': 0,
  'public.Weird Table.name': 100,
  'public.big': 1_000_000,
  'public.brand_new': 2,
  'sales.invoices': 5_000,
  'hidden.secrets': 10,
};

/**
 * An emulator that replays the history of the recorded server: it receives the recorded requests in order, at the
 * recorded times. Changes made to the recorded server between recordings are applied to the emulator's world.
 */
export class RecordedServer {
  readonly emulator: Emulator;
  readonly #clock: { ms: number };
  /** Sinks that the recorded server didn't have at the time of the last recording. */
  readonly #detached: Sink[] = [];

  private constructor(emulator: Emulator, clock: { ms: number }) {
    this.emulator = emulator;
    this.#clock = clock;
  }

  /** Starts an emulator with all sinks of the recordings. */
  static async start(recordings: readonly Recording[]): Promise<RecordedServer> {
    const clock = { ms: 0 };
    const emulator = await Emulator.start({
      scenario: 'empty',
      token: 'TOKEN',
      version: 'lab',
      latency: false,
      clock: { now: () => clock.ms },
    });
    for (const [name, rows] of Object.entries(tableRows)) {
      emulator.world.addTable(name, rows);
    }
    emulator.world.addTable('public.no_pk', 50, false);
    const server = new RecordedServer(emulator, clock);
    for (const sink of recordings.flatMap(listRecordedSinks)) {
      server.#applySink({ ...sink, active_backfills: [] });
    }
    return server;
  }

  /** Stops the emulator. */
  async stop(): Promise<void> {
    await this.emulator.stop();
  }

  /** Sets the world to the state in which the recorded server received the request. */
  prepare(recording: Recording): void {
    const { request, response } = recording;
    const date = response.headers['date'];
    if (date !== undefined) {
      this.#clock.ms = Date.parse(date);
    }
    this.emulator.condition = /^n\d\d-redis-down/.test(recording.name) ? 'redisDown' : 'idle';
    this.restore();
    const [prefix, resource, name] = splitPath(request.path);
    if (resource === 'postgres_databases') {
      this.#prepareDatabases(recording, name);
    }
    if (prefix !== 'api' || resource !== 'sinks') {
      return;
    }
    if (name === undefined) {
      if (request.method === 'GET' && isList(response.body)) {
        this.#applySinks(response.body.data as SinkJson[]);
      }
      return;
    }
    if ((response.body as { summary?: string } | undefined)?.summary?.includes('`consumer`')) {
      this.#detach(name);
      return;
    }
    const sink = this.#findOrAddSink(name, response.body);
    if (response.status !== 200) {
      return;
    }
    if (isSink(response.body) && request.method !== 'GET') {
      this.#applyBackfills(sink, response.body.active_backfills);
    } else if (request.method !== 'GET') {
      this.#applyCount(response.body as BackfillJson);
    } else if (isList(response.body)) {
      this.#applyBackfills(sink, response.body.data as BackfillJson[]);
    } else if (isSink(response.body)) {
      this.#applySink(response.body);
    } else {
      this.#applyBackfill(sink, response.body as BackfillJson);
    }
  }

  /** Gives a new backfill the id that later recordings use for it. */
  assignRecordedId(created: BackfillJson, recorded: BackfillJson): void {
    const backfill = this.emulator.world.findBackfill(created.id);
    if (backfill) {
      backfill.json.id = recorded.id;
    }
  }

  /** Restores the sinks that were detached for the last recording. */
  restore(): void {
    for (const { json, backfills } of this.#detached.splice(0)) {
      this.emulator.world.addSink(json).backfills.push(...backfills);
    }
  }

  /** Sets the databases, or the connection error of one database, to match the recorded response. */
  #prepareDatabases({ name: recordingName, response: { body } }: Recording, name: string | undefined): void {
    const { world } = this.emulator;
    const databases = ((isList(body) ? body.data : [body]) as DatabaseJson[]).filter(
      (item) => 'hostname' in item,
    );
    const unlisted = isList(body)
      ? world.databases.filter(({ json }) => !databases.some(({ id }) => id === json.id))
      : [];
    for (const { json } of unlisted) {
      world.removeDatabase(json.id);
    }
    for (const fields of databases) {
      Object.assign((world.findDatabase(fields.name) ?? world.addDatabase(fields)).json, fields);
    }
    const { success, reason = 'unknown' } = body as { success?: boolean; reason?: string };
    if (name !== undefined && success !== undefined) {
      const database = world.findDatabase(name) ?? world.addDatabase({ name });
      const hasOpenPool = recordingName.endsWith('pool-open');
      world.setDatabaseError(database.json.name, success && !hasOpenPool ? undefined : reason, hasOpenPool);
    }
  }

  #detach(idOrName: string): void {
    const { world } = this.emulator;
    const sink = world.findSink(idOrName);
    if (!sink) {
      return;
    }
    this.#detached.push(sink);
    world.removeSink(sink.json.id);
  }

  /** Finds a sink. If no recording contains the sink, adds a sink that matches the response. */
  #findOrAddSink(idOrName: string, body: unknown): Sink {
    const { world } = this.emulator;
    const { table } = (body ?? {}) as Partial<BackfillJson>;
    const tables = typeof table === 'string' ? { include_tables: [table] } : {};
    return world.findSink(idOrName) ?? world.addSink({ name: idOrName, source: { ...allTables, ...tables } });
  }

  #applySinks(sinks: readonly SinkJson[]): void {
    const listedIds = new Set(sinks.map(({ id }) => id));
    for (const { json } of [...this.emulator.world.sinks]) {
      if (!listedIds.has(json.id)) {
        this.#detach(json.id);
      }
    }
    for (const sink of sinks) {
      this.#applySink(sink);
    }
  }

  #applySink(recorded: SinkJson): void {
    const { world } = this.emulator;
    const sink = world.findSink(recorded.id) ?? world.addSink(withoutBackfills(recorded));
    world.updateSink(recorded.id, withoutBackfills(recorded));
    if (!recorded.health) {
      delete sink.json.health;
    }
    const finished = sink.backfills.filter(({ isUnfinished }) => !isUnfinished);
    this.#applyBackfills(sink, [...finished.map(({ json }) => json), ...recorded.active_backfills]);
  }

  /** Replaces the backfills of a sink. */
  #applyBackfills(sink: Sink, recorded: readonly BackfillJson[]): void {
    const ids = new Set(recorded.map(({ id }) => id));
    const removed = sink.backfills.filter(({ json }) => !ids.has(json.id));
    for (const backfill of removed) {
      sink.backfills.splice(sink.backfills.indexOf(backfill), 1);
    }
    for (const backfill of recorded) {
      this.#applyBackfill(sink, backfill);
    }
  }

  #applyBackfill(sink: Sink, recorded: BackfillJson): void {
    const { world } = this.emulator;
    if (world.findBackfill(recorded.id)) {
      world.setBackfill(recorded.id, recorded);
    } else {
      world.addBackfill(sink.json.id, recorded);
    }
  }

  /**
   * Sets the row count to the recorded count. Sequin counts the rows up to 0.5 s after a create, so only the recording
   * shows whether the count was known at the time of the response.
   */
  #applyCount({ id, rows_initial_count }: BackfillJson): void {
    if (this.emulator.world.findBackfill(id)) {
      this.emulator.world.setBackfill(id, { rows_initial_count });
    }
  }
}

function listRecordedSinks({ response: { body } }: Recording): SinkJson[] {
  const items = isList(body) ? body.data : [body];
  return items.filter(isSink);
}

/** Whether a response body is a sink. */
export function isSink(item: unknown): item is SinkJson {
  return typeof item === 'object' && item !== null && 'destination' in item;
}

function withoutBackfills(recorded: SinkJson): Sink['json'] {
  const sink: Partial<SinkJson> & Sink['json'] = { ...recorded };
  delete sink.active_backfills;
  return sink;
}

function isList(body: unknown): body is { data: unknown[] } {
  return typeof body === 'object' && body !== null && 'data' in body && Array.isArray(body.data);
}

function splitPath(path: string): string[] {
  const segments = (path.split('?', 1)[0] ?? '').split('/').filter((segment) => segment !== '');
  return segments.map((segment) => {
    try {
      return decodeURIComponent(segment);
    } catch {
      return segment;
    }
  });
}
