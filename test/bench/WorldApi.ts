import { gzipSync } from 'node:zlib';
import { decodeBackfill } from '../../src/api/decodeBackfill.ts';
import { decodeList } from '../../src/api/decodeList.ts';
import { decodeSink } from '../../src/api/decodeSink.ts';
import type { SequinApi } from '../../src/api/SequinApi.ts';
import { allTables } from '../../src/sampleServer/defaults.ts';
import { findRoute } from '../../src/sampleServer/findRoute.ts';
import { World } from '../../src/sampleServer/World.ts';
import type { Clock } from '../../src/shared/clock.ts';
import { getBaselineMs } from '../emulator/conditions.ts';

/** The load that a client puts on a server. */
export interface ServerLoad {
  requests: number;
  /** The total size of the compressed response bodies. */
  bytes: number;
  /** The total time that the server took to respond, in milliseconds. */
  busyMs: number;
}

/** The rows of the table. A backfill reads at most 11,000 rows per second, so none completes within an hour. */
const rowCount = 40_000_000;

/** Creates a world with sinks like those of the scenario `large`. Each of the first `runningCount` has a backfill. */
export function createWorld(clock: Clock, sinkCount: number, runningCount: number): World {
  const world = new World({ seed: 1, speed: 1, clock });
  world.addTable('public.orders', rowCount);
  for (let index = 0; index < sinkCount; index += 1) {
    const name = `sink-${String(index + 1).padStart(4, '0')}`;
    world.addSink({
      name,
      source: { ...allTables, include_tables: ['public.orders'] },
      destination: { type: 'webhook', http_endpoint: 'orders-api', http_endpoint_path: null, batch: true },
    });
    if (index < runningCount) {
      world.addBackfill(name);
    }
  }
  return world;
}

const failBenchmark = (): never => {
  throw new Error('Unexpected in the benchmark');
};

/**
 * Returns the emulator's responses without HTTP. Each response takes as long as on a real server, by a simulated clock,
 * and adds to the {@link load}.
 */
export class WorldApi implements SequinApi {
  load: ServerLoad = { requests: 0, bytes: 0, busyMs: 0 };
  readonly #world: World;
  readonly #clock: Clock;

  constructor(world: World, clock: Clock) {
    this.#world = world;
    this.#clock = clock;
  }

  readonly createBackfill = failBenchmark;
  readonly updateBackfill = failBenchmark;
  readonly updateSink = failBenchmark;
  readonly testDatabase = failBenchmark;
  readonly refreshTables = failBenchmark;
  readonly planConfig = failBenchmark;
  readonly applyConfig = failBenchmark;
  readonly exportConfig = failBenchmark;
  /** Not part of the measured load, since a monitor requests the databases only when a new one appears. */
  readonly listDatabases = () => Promise.resolve({ items: [], skipped: 0 });
  /** Not part of the measured load, since a monitor requests the version only at first and after an outage. */
  readonly getVersion = () => Promise.resolve('0.14.6');

  async listSinks(): ReturnType<SequinApi['listSinks']> {
    const json = await this.#get('sinks');
    return {
      ...decodeList(json, 'sink', failBenchmark, (item) => decodeSink(item, failBenchmark)),
      serverTime: this.#clock.now(),
    };
  }

  async getSink(sinkId: string): ReturnType<SequinApi['getSink']> {
    return decodeSink(await this.#get('sinks', sinkId), failBenchmark);
  }

  async listBackfills(sinkId: string): ReturnType<SequinApi['listBackfills']> {
    const json = await this.#get('sinks', sinkId, 'backfills');
    return decodeList(json, 'backfill', failBenchmark, (item) => decodeBackfill(sinkId, item));
  }

  async getBackfill(sinkId: string, backfillId: string): ReturnType<SequinApi['getBackfill']> {
    return decodeBackfill(sinkId, await this.#get('sinks', sinkId, 'backfills', backfillId));
  }

  async #get(...path: readonly string[]): Promise<unknown> {
    const response = findRoute(this.#world, 'GET', path)?.({}) ?? failBenchmark();
    const body = JSON.stringify(response.body);
    const baselineMs = getBaselineMs(path, response);
    this.load.requests += 1;
    this.load.bytes += gzipSync(body).length;
    this.load.busyMs += baselineMs;
    await new Promise<void>((resolve) => this.#clock.schedule(baselineMs, resolve));
    return JSON.parse(body);
  }
}
