import { allTables } from '../../src/sampleServer/defaults.ts';
import { createHealth } from '../../src/sampleServer/health.ts';
import { truncateToSeconds } from '../../src/sampleServer/sequinTypes.ts';
import type { Sink } from '../../src/sampleServer/World.ts';
import type { EmulatedWorld } from '../emulator/EmulatedWorld.ts';

/** The number of rows that the backfill processes in each second while the destination works. */
const rowsPerSecond = 400;

/** A sink with a backfill that never finishes. The sink's destination fails from time to time. */
export class UnreliableSink {
  readonly #world: EmulatedWorld;
  readonly #sink: Sink;
  readonly #backfillId: string;
  #rows = 0;

  constructor(world: EmulatedWorld) {
    this.#world = world;
    const name = 'unreliable-webhook';
    this.#sink = world.addSink({
      name,
      destination: { type: 'webhook', http_endpoint: 'unreliable', http_endpoint_path: null, batch: true },
      source: { ...allTables, include_tables: ['public.events'] },
    });
    this.#backfillId = world.addBackfill(name, {
      rows_initial_count: 50_000_000,
      rows_processed_count: 0,
    }).json.id;
  }

  /** Updates the sink's health. Advances the backfill by the rows of one second, unless the destination is failing. */
  advance(isFailing: boolean): void {
    this.#sink.json.health = isFailing
      ? createHealth('error', '[http_endpoint]: Unexpected status code: 503')
      : createHealth('healthy');
    if (isFailing) {
      return;
    }
    this.#rows += rowsPerSecond;
    this.#world.setBackfill(this.#backfillId, {
      rows_processed_count: this.#rows,
      rows_ingested_count: this.#rows,
      updated_at: truncateToSeconds(Date.now()),
    });
  }
}
