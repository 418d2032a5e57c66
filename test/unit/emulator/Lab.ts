import { Emulator } from '../../emulator/Emulator.ts';
import type { BackfillJson, SinkJson } from '../../emulator/sequinTypes.ts';
import type { Sink } from '../../emulator/World.ts';
import type { Recording } from '../../recordings/recordings.ts';

/** The tables of the recorded server, and their rows. */
const TABLES: Record<string, number> = {
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
 * An emulator that lives through the history of the recorded server: it is asked in the recorded order, at
 * the recorded times. What its own rules cannot know (what was done between the recordings) it is told.
 */
export class Lab {
  readonly emulator: Emulator;
  readonly #clock: { ms: number };
  /** Sinks that the request in hand must not find, with their backfills. */
  readonly #away: Sink[] = [];

  private constructor(emulator: Emulator, clock: { ms: number }) {
    this.emulator = emulator;
    this.#clock = clock;
  }

  static async start(recordings: readonly Recording[]): Promise<Lab> {
    const clock = { ms: 0 };
    const emulator = await Emulator.start({
      scenario: 'empty',
      token: 'TOKEN',
      version: 'lab',
      latency: false,
      clock: { now: () => clock.ms },
    });
    for (const [name, rows] of Object.entries(TABLES)) emulator.world.addTable(name, rows);
    emulator.world.addTable('public.no_pk', 50, false);
    const lab = new Lab(emulator, clock);
    for (const sink of recordings.flatMap(shownSinks)) lab.#holdSink({ ...sink, active_backfills: [] });
    return lab;
  }

  /** Stops the emulator. */
  async stop(): Promise<void> {
    await this.emulator.stop();
  }

  /** Makes the world what it was when the recorded request came in. */
  prepare(recording: Recording): void {
    const { request, response } = recording;
    const date = response.headers['date'];
    if (date !== undefined) this.#clock.ms = Date.parse(date);
    this.bringBack();
    const [room, resource, name] = pathSegments(request.path);
    if (room !== 'api' || resource !== 'sinks') return;
    if (name === undefined) {
      if (request.method === 'GET' && isList(response.body))
        this.#holdSinks(response.body.data as SinkJson[]);
      return;
    }
    if ((response.body as { summary?: string } | undefined)?.summary?.includes('`consumer`')) {
      this.#sendAway(name);
      return;
    }
    const sink = this.#know(name, response.body);
    if (response.status !== 200) return;
    if (request.method !== 'GET') this.#holdCount(response.body as BackfillJson);
    else if (isList(response.body)) this.#holdBackfills(sink, response.body.data as BackfillJson[]);
    else if ('active_backfills' in (response.body as object)) this.#holdSink(response.body as SinkJson);
    else this.#holdBackfill(sink, response.body as BackfillJson);
  }

  /** Gives a backfill that has just been created the id that later recordings call it by. */
  adopt(created: BackfillJson, recorded: BackfillJson): void {
    const backfill = this.emulator.world.findBackfill(created.id);
    if (backfill) backfill.json.id = recorded.id;
  }

  /** Ends the absence of sinks that the last recording did not show. */
  bringBack(): void {
    for (const { json, backfills } of this.#away.splice(0)) {
      this.emulator.world.addSink(json).backfills.push(...backfills);
    }
  }

  #sendAway(idOrName: string): void {
    const { world } = this.emulator;
    const sink = world.findSink(idOrName);
    if (!sink) return;
    this.#away.push(sink);
    world.removeSink(sink.json.id);
  }

  /** The sink of that id or name. One that no recording shows is made to fit the answer. */
  #know(idOrName: string, body: unknown): Sink {
    const { world } = this.emulator;
    const { table } = (body ?? {}) as Partial<BackfillJson>;
    const source = {
      include_schemas: null,
      exclude_schemas: null,
      exclude_tables: null,
      include_tables: null,
    };
    const tables = typeof table === 'string' ? { include_tables: [table] } : {};
    return world.findSink(idOrName) ?? world.addSink({ name: idOrName, source: { ...source, ...tables } });
  }

  #holdSinks(sinks: readonly SinkJson[]): void {
    const listed = new Set(sinks.map(({ id }) => id));
    for (const { json } of [...this.emulator.world.sinks]) if (!listed.has(json.id)) this.#sendAway(json.id);
    for (const sink of sinks) this.#holdSink(sink);
  }

  #holdSink(recorded: SinkJson): void {
    const { world } = this.emulator;
    const sink = world.findSink(recorded.id) ?? world.addSink(withoutBackfills(recorded));
    world.updateSink(recorded.id, withoutBackfills(recorded));
    if (!recorded.health) delete sink.json.health;
    const ended = sink.backfills.filter(({ isOpen }) => !isOpen);
    this.#holdBackfills(sink, [...ended.map(({ json }) => json), ...recorded.active_backfills]);
  }

  /** The API lists newest first; the world is told them in the opposite order. */
  #holdBackfills(sink: Sink, recorded: readonly BackfillJson[]): void {
    const ids = new Set(recorded.map(({ id }) => id));
    const gone = sink.backfills.filter(({ json }) => !ids.has(json.id));
    for (const backfill of gone) sink.backfills.splice(sink.backfills.indexOf(backfill), 1);
    for (const backfill of recorded) this.#holdBackfill(sink, backfill);
  }

  #holdBackfill(sink: Sink, recorded: BackfillJson): void {
    const { world } = this.emulator;
    if (world.findBackfill(recorded.id)) world.setBackfill(recorded.id, recorded);
    else world.addBackfill(sink.json.id, recorded);
  }

  /** A count lands within half a second of a create: only the recording tells whether before a request or after. */
  #holdCount({ id, rows_initial_count }: BackfillJson): void {
    if (this.emulator.world.findBackfill(id)) this.emulator.world.setBackfill(id, { rows_initial_count });
  }
}

function shownSinks({ response: { body } }: Recording): SinkJson[] {
  const shown = isList(body) ? body.data : [body];
  return shown.filter(
    (item): item is SinkJson => typeof item === 'object' && item !== null && 'destination' in item,
  );
}

function withoutBackfills(recorded: SinkJson): Sink['json'] {
  const sink: Partial<SinkJson> & Sink['json'] = { ...recorded };
  delete sink.active_backfills;
  return sink;
}

function isList(body: unknown): body is { data: unknown[] } {
  return typeof body === 'object' && body !== null && 'data' in body && Array.isArray(body.data);
}

function pathSegments(path: string): string[] {
  const segments = (path.split('?', 1)[0] ?? '').split('/').filter((segment) => segment !== '');
  return segments.map((segment) => {
    try {
      return decodeURIComponent(segment);
    } catch {
      return segment;
    }
  });
}
