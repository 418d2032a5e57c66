import assert from 'node:assert/strict';
import { globalAgent } from 'node:http';
import { createApiClient, type ApiClientOptions } from '../../../src/api/createApiClient.ts';
import type { Failure } from '../../../src/model/failure.ts';
import type { RequestOptions, SequinApi } from '../../../src/api/SequinApi.ts';
import { describeFailure } from '../../../src/text/failureText.ts';
import { Emulator } from '../../emulator/Emulator.ts';
import type { Sink } from '../../emulator/World.ts';
import type { Fault } from '../../faults/Fault.ts';
import { FaultProxy } from '../../faults/FaultProxy.ts';
import { now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { until } from '../until.ts';

/** The time limit of a request that meets an endless fault. It passes once all such requests have met it. */
const limitMs = 1_000;
/** The time limit of all other requests. The clock of the lab never gets there. */
const neverMs = 24 * 3_600_000;

/** The tables of the sink: of its running backfill, of its ended one, and of none. */
export const tables = { running: 'public.orders', ended: 'public.items', free: 'public.returns' } as const;

/**
 * A server whose time stands still, a proxy in front of it, and a client of the proxy. The time limit of a request
 * never passes, except when the request meets a fault that has no end by itself: then it passes at once.
 */
export class FaultLab {
  readonly emulator: Emulator;
  readonly proxy: FaultProxy;
  readonly sink: Sink;
  /** Asks through the proxy. */
  readonly api: SequinApi;
  /** Asks the server itself. */
  readonly direct: SequinApi;
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #limits = new TestClock(now);
  /** How many requests were sent into an endless fault, and how many of them it has met. */
  #sentIntoEndless = 0;
  #metByEndless = 0;
  readonly #disposables: { dispose(): void }[] = [];

  private constructor(emulator: Emulator, proxy: FaultProxy, settings: Partial<ApiClientOptions>) {
    this.emulator = emulator;
    this.proxy = proxy;
    const { token, world } = emulator;
    this.api = this.#followed(
      createApiClient({
        address: proxy.url,
        token,
        retryDelayMs: 1,
        // Small, so that what is larger takes no time; `extremes.test.ts` looks at the default.
        maxResponseBytes: 1_000_000,
        clock: this.#limits,
        ...settings,
      }),
    );
    proxy.onStrike = ({ outcome }) => {
      if (outcome === 'timeout') void this.#expire();
    };
    this.direct = createApiClient({ address: emulator.url, token });
    this.sink = world.addSink({
      name: 'bestellungen-ü漢',
      source: {
        include_schemas: null,
        exclude_schemas: null,
        exclude_tables: null,
        include_tables: Object.values(tables),
      },
      destination: { type: 'kafka', hosts: 'kafka:9092', topic: 'orders' },
    });
    world.addBackfill(this.sink.json.id, { table: tables.running }, 0.5);
    const { id } = world.addBackfill(this.sink.json.id, { table: tables.ended }).json;
    world.setBackfill(id, { state: 'completed', completed_at: '2026-06-15T11:59:50.000000Z' });
  }

  /** `settings` are of the client behind the proxy. */
  static async start(settings: Partial<ApiClientOptions> = {}): Promise<FaultLab> {
    const emulator = await Emulator.start({ scenario: 'empty', latency: false, clock: { now: () => now } });
    return new FaultLab(emulator, await FaultProxy.start(emulator.url), settings);
  }

  /** Disposes something when the lab is stopped. */
  disposeLater<T extends { dispose(): void }>(disposable: T): T {
    this.#disposables.push(disposable);
    return disposable;
  }

  /** Closes the proxy and the server. */
  async stop(): Promise<void> {
    for (const disposable of this.#disposables.splice(0)) disposable.dispose();
    await this.proxy.stop();
    await this.emulator.stop();
  }

  get sinkId(): string {
    return this.sink.json.id;
  }

  /** The id of the backfill that runs at first. */
  get runningId(): string {
    return this.sink.backfills[0]?.json.id ?? assert.fail('there is no backfill');
  }

  /** How many requests to change something the server got. */
  get writes(): number {
    return this.emulator.requests.filter(({ method }) => method !== 'GET').length;
  }

  /** What goes wrong from now on; undefined: nothing. */
  async setFault(fault: Fault | undefined, scope?: Parameters<FaultProxy['setFault']>[1]): Promise<void> {
    await this.proxy.setFault(fault, scope);
    if (fault?.at === 'port' || fault?.at === 'connection') {
      // A request that is sent on a connection while it closes fails as one that broke off.
      const { host } = new URL(this.proxy.url);
      await until(() => !Object.keys(globalAgent.freeSockets).some((name) => name.startsWith(host)));
    }
  }

  /** Waits until every request has ended, and what its end brought about as well. */
  async settled(): Promise<void> {
    do {
      await Promise.allSettled(this.#underWay);
      await new Promise(setImmediate);
    } while (this.#underWay.size > 0);
  }

  /** The failure that a fault must end in; undefined for one that does no harm. */
  failureOf({ outcome }: Fault): Failure | undefined {
    switch (outcome) {
      case 'harmless':
      case 'harmlessButForValues':
        return undefined;
      case 'timeout':
        return { kind: 'timeout', afterMs: limitMs };
      default:
        return outcome;
    }
  }

  /** Lets the time limit of the requests in an endless fault pass, once the last of them has met it. */
  async #expire(): Promise<void> {
    this.#metByEndless += 1;
    // What the fault has sent so far arrives meanwhile.
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    if (this.#metByEndless === this.#sentIntoEndless) await this.#limits.turn(limitMs);
  }

  #followed(api: SequinApi): SequinApi {
    const follow = <T>(
      path: string,
      options: RequestOptions | undefined,
      ask: (options: RequestOptions) => Promise<T>,
    ): Promise<T> => {
      const meetsEndless = this.proxy.faultFor(path)?.outcome === 'timeout';
      if (meetsEndless) this.#sentIntoEndless += 1;
      const asked = ask({ ...options, timeoutMs: meetsEndless ? limitMs : neverMs });
      const ended: Promise<unknown> = asked.then(
        () => this.#underWay.delete(ended),
        () => this.#underWay.delete(ended),
      );
      this.#underWay.add(ended);
      return asked;
    };
    return {
      listSinks: (options) => follow('sinks', options, (its) => api.listSinks(its)),
      getSink: (sinkId, options) => follow(`sinks/${sinkId}`, options, (its) => api.getSink(sinkId, its)),
      listBackfills: (sinkId, options) =>
        follow(`sinks/${sinkId}/backfills`, options, (its) => api.listBackfills(sinkId, its)),
      getBackfill: (sinkId, id, options) =>
        follow(`sinks/${sinkId}/backfills/${id}`, options, (its) => api.getBackfill(sinkId, id, its)),
      createBackfill: (sinkId, it, options) =>
        follow(`sinks/${sinkId}/backfills`, options, (its) => api.createBackfill(sinkId, it, its)),
      updateBackfill: (sinkId, id, state, options) =>
        follow(`sinks/${sinkId}/backfills/${id}`, options, (its) =>
          api.updateBackfill(sinkId, id, state, its),
        ),
      getVersion: (options) => follow('version', options, (its) => api.getVersion(its)),
    };
  }
}

/** Waits for all of them, also when one fails: none may go on after the test. @throws what the first one threw */
export async function allEnded(promises: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(promises);
  await Promise.all(promises);
}

/** A person must be able to read it: one or two sentences, and nothing of a program in them. */
export function assertReadable(failure: Failure, token: string): void {
  const { sentence, recovery } = describeFailure(failure, 'shop');
  assert.match(sentence, /^[A-Z\d][^\n]{5,200}[.?]$|^shop [^\n]{5,200}[.?]$|^Cancelled\.$/u, sentence);
  assert.ok(!sentence.includes(token), sentence);
  assert.doesNotMatch(sentence, /undefined|null|NaN|Infinity|\[object|\{\d\}|<|\.\./, sentence);
  assert.ok(recovery.length > 0);
}
