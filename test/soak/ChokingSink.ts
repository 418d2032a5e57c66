import { createHealth } from '../../src/sampleServer/health.ts';
import { truncateToSeconds } from '../../src/sampleServer/sequinTypes.ts';
import type { Sink, World } from '../../src/sampleServer/World.ts';

const rowsPerSecond = 400;

/** A sink whose destination fails from time to time, and its backfill of a table that never ends. */
export class ChokingSink {
  readonly #world: World;
  readonly #sink: Sink;
  readonly #backfillId: string;
  #rows = 0;

  constructor(world: World) {
    this.#world = world;
    const name = 'choking-webhook';
    this.#sink = world.addSink({
      name,
      destination: { type: 'webhook', http_endpoint: 'choking', http_endpoint_path: null, batch: true },
      source: {
        include_schemas: null,
        exclude_schemas: null,
        exclude_tables: null,
        include_tables: ['public.events'],
      },
    });
    this.#backfillId = world.addBackfill(name, {
      rows_initial_count: 50_000_000,
      rows_processed_count: 0,
    }).json.id;
  }

  /** Moves the backfill by the rows of a second, unless the destination fails. */
  advance(fails: boolean): void {
    this.#sink.json.health = fails
      ? createHealth('error', '[http_endpoint]: Unexpected status code: 503')
      : createHealth('healthy');
    if (fails) {
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
