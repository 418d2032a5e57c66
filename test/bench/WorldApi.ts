import { gzipSync } from 'node:zlib';
import { decodeBackfill, decodeList, decodeSink } from '../../src/api/schemas.ts';
import type { SequinApi } from '../../src/api/SequinApi.ts';
import type { Clock } from '../../src/shared/clock.ts';
import type { Answer } from '../emulator/answers.ts';
import { listBackfills, listSinks, showBackfill, showSink } from '../emulator/controllers.ts';
import type { World } from '../emulator/World.ts';

/** What a client asked of a server. */
export interface Asked {
  requests: number;
  /** Of the answers' bodies, compressed as on the wire. */
  bytes: number;
  /** How long the server was busy with it, in milliseconds. */
  busyMs: number;
}

const fail = (): never => {
  throw new Error('The bench does not ask for this');
};

/**
 * The emulator's answers without HTTP. Each takes as long as a real server's, by a clock that is turned by
 * hand, and is booked to {@link asked}.
 */
export class WorldApi implements SequinApi {
  asked: Asked = { requests: 0, bytes: 0, busyMs: 0 };
  readonly #world: World;
  readonly #clock: Clock;

  constructor(world: World, clock: Clock) {
    this.#world = world;
    this.#clock = clock;
  }

  readonly createBackfill = fail;
  readonly updateBackfill = fail;
  readonly getVersion = fail;

  async listSinks(): ReturnType<SequinApi['listSinks']> {
    const json = await this.#answer(listSinks(this.#world));
    return {
      ...decodeList(json, 'sink', fail, (item) => decodeSink(item, fail)),
      serverTime: this.#clock.now(),
    };
  }

  async getSink(sinkId: string): ReturnType<SequinApi['getSink']> {
    return decodeSink(await this.#answer(showSink(this.#world, sinkId)), fail);
  }

  async listBackfills(sinkId: string): ReturnType<SequinApi['listBackfills']> {
    const json = await this.#answer(listBackfills(this.#world, sinkId));
    return decodeList(json, 'backfill', fail, (item) => decodeBackfill(sinkId, item));
  }

  async getBackfill(sinkId: string, backfillId: string): ReturnType<SequinApi['getBackfill']> {
    return decodeBackfill(sinkId, await this.#answer(showBackfill(this.#world, sinkId, backfillId)));
  }

  async #answer({ body, cost }: Answer): Promise<unknown> {
    this.asked.requests += 1;
    this.asked.bytes += gzipSync(body).length;
    this.asked.busyMs += cost;
    await new Promise<void>((resolve) => this.#clock.schedule(cost, resolve));
    return JSON.parse(body);
  }
}
