import assert from 'node:assert/strict';
import { globalAgent } from 'node:http';
import { type ApiClientOptions, createApiClient } from '../../../src/api/createApiClient.ts';
import type { RequestOptions, SequinApi } from '../../../src/api/SequinApi.ts';
import type { Failure } from '../../../src/model/failure.ts';
import { allTables } from '../../../src/sampleServer/defaults.ts';
import type { Sink } from '../../../src/sampleServer/World.ts';
import { describeFailure } from '../../../src/text/failureText.ts';
import { Emulator } from '../../emulator/Emulator.ts';
import type { Fault } from '../../faults/Fault.ts';
import { FaultProxy } from '../../faults/FaultProxy.ts';
import { now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { waitUntil } from '../waitUntil.ts';

/**
 * The timeout of a request that an endless fault affects, in milliseconds. The harness lets this time pass as soon as
 * the fault has been injected into all requests that it affects.
 */
const endlessTimeoutMs = 1_000;
/** The timeout of all other requests, in milliseconds. The harness's clock never advances that far. */
const normalTimeoutMs = 24 * 3_600_000;

/** The tables of the sink: with a running backfill, with a finished backfill, and without a backfill. */
export const tables = { running: 'public.orders', finished: 'public.items', free: 'public.returns' } as const;

/**
 * An emulator with a stopped clock, a fault proxy in front of the emulator, and a client of the proxy. A request times
 * out only if an endless fault affects it, and then without a real wait.
 */
export class FaultHarness {
  readonly emulator: Emulator;
  readonly proxy: FaultProxy;
  readonly sink: Sink;
  /** A client of the proxy. */
  readonly api: SequinApi;
  /** A client of the emulator, without the proxy. */
  readonly directApi: SequinApi;
  readonly #pending = new Set<Promise<unknown>>();
  readonly #timeoutClock = new TestClock(now);
  /** The number of sent requests that an endless fault affects. */
  #endlessSent = 0;
  /** The number of requests into which an endless fault has been injected. */
  #endlessInjected = 0;
  readonly #disposables: { dispose(): void }[] = [];

  private constructor(emulator: Emulator, proxy: FaultProxy, settings: Partial<ApiClientOptions>) {
    this.emulator = emulator;
    this.proxy = proxy;
    const { token, world } = emulator;
    this.api = this.#track(
      createApiClient({
        address: proxy.url,
        token,
        retryDelayMs: 1,
        // A low limit, so that a response exceeds it quickly. `extremes.test.ts` tests the default.
        maxResponseBytes: 1_000_000,
        clock: this.#timeoutClock,
        ...settings,
      }),
    );
    proxy.onInject = ({ outcome }) => {
      if (outcome === 'timeout') {
        void this.#expire();
      }
    };
    this.directApi = createApiClient({ address: emulator.url, token });
    this.sink = world.addSink({
      name: 'bestellungen-ü漢',
      source: { ...allTables, include_tables: Object.values(tables) },
      destination: { type: 'kafka', hosts: 'kafka:9092', topic: 'orders' },
    });
    world.addBackfill(this.sink.json.id, { table: tables.running }, 0.5);
    const { id } = world.addBackfill(this.sink.json.id, { table: tables.finished }).json;
    world.setBackfill(id, { state: 'completed', completed_at: '2026-06-15T11:59:50.000000Z' });
  }

  /** Starts a harness. `settings` apply to the client of the proxy. */
  static async start(settings: Partial<ApiClientOptions> = {}): Promise<FaultHarness> {
    const emulator = await Emulator.start({ scenario: 'empty', latency: false, clock: { now: () => now } });
    return new FaultHarness(emulator, await FaultProxy.start(emulator.url), settings);
  }

  /** Disposes `disposable` when the harness is stopped. */
  disposeLater<T extends { dispose(): void }>(disposable: T): T {
    this.#disposables.push(disposable);
    return disposable;
  }

  /** Disposes everything and stops the proxy and the emulator. */
  async stop(): Promise<void> {
    for (const disposable of this.#disposables.splice(0)) {
      disposable.dispose();
    }
    await this.proxy.stop();
    await this.emulator.stop();
  }

  get sinkId(): string {
    return this.sink.json.id;
  }

  /** The id of the database of the sink. */
  get databaseId(): string {
    return this.emulator.world.databases[0]?.json.id ?? assert.fail('no database');
  }

  /** The id of the backfill that is running initially. */
  get runningId(): string {
    return this.sink.backfills[0]?.json.id ?? assert.fail('no backfill');
  }

  /** The number of write requests that the emulator received. */
  get writeCount(): number {
    return this.emulator.requests.filter(({ method }) => method !== 'GET').length;
  }

  /** Replaces the active fault; undefined ends it. */
  async setFault(fault: Fault | undefined, scope?: Parameters<FaultProxy['setFault']>[1]): Promise<void> {
    await this.proxy.setFault(fault, scope);
    if (fault?.stage === 'port' || fault?.stage === 'connection') {
      // A request on a closing connection would fail as interrupted, so wait until idle connections are gone.
      const { host } = new URL(this.proxy.url);
      await waitUntil(() => !Object.keys(globalAgent.freeSockets).some((name) => name.startsWith(host)));
    }
  }

  /** Waits until every request has ended, including follow-up requests. */
  async waitUntilIdle(): Promise<void> {
    do {
      await Promise.allSettled(this.#pending);
      await new Promise(setImmediate);
    } while (this.#pending.size > 0);
  }

  /** Returns the failure that a fault must cause; undefined for a harmless fault. */
  getExpectedFailure({ outcome }: Fault): Failure | undefined {
    switch (outcome) {
      case 'harmless':
      case 'harmlessExceptValues':
        return undefined;
      case 'timeout':
        return { kind: 'timeout', afterMs: endlessTimeoutMs };
      default:
        return outcome;
    }
  }

  /** Makes the affected requests time out as soon as the endless fault has been injected into the last of them. */
  async #expire(): Promise<void> {
    this.#endlessInjected += 1;
    // Waits for the bytes that the fault has sent so far.
    for (let turn = 0; turn < 5; turn += 1) {
      await new Promise(setImmediate);
    }
    if (this.#endlessInjected === this.#endlessSent) {
      await this.#timeoutClock.advance(endlessTimeoutMs);
    }
  }

  #track(api: SequinApi): SequinApi {
    const track = <T>(
      path: string,
      options: RequestOptions | undefined,
      send: (options: RequestOptions) => Promise<T>,
    ): Promise<T> => {
      const isEndless = this.proxy.getFault(path)?.outcome === 'timeout';
      if (isEndless) {
        this.#endlessSent += 1;
      }
      const request = send({ ...options, timeoutMs: isEndless ? endlessTimeoutMs : normalTimeoutMs });
      const settled: Promise<unknown> = request.then(
        () => this.#pending.delete(settled),
        () => this.#pending.delete(settled),
      );
      this.#pending.add(settled);
      return request;
    };
    return {
      listSinks: (options) => track('sinks', options, (requestOptions) => api.listSinks(requestOptions)),
      getSink: (sinkId, options) =>
        track(`sinks/${sinkId}`, options, (requestOptions) => api.getSink(sinkId, requestOptions)),
      updateSink: (sinkId, status, options) =>
        track(`sinks/${sinkId}`, options, (requestOptions) => api.updateSink(sinkId, status, requestOptions)),
      listBackfills: (sinkId, options) =>
        track(`sinks/${sinkId}/backfills`, options, (requestOptions) =>
          api.listBackfills(sinkId, requestOptions),
        ),
      getBackfill: (sinkId, id, options) =>
        track(`sinks/${sinkId}/backfills/${id}`, options, (requestOptions) =>
          api.getBackfill(sinkId, id, requestOptions),
        ),
      createBackfill: (sinkId, backfill, options) =>
        track(`sinks/${sinkId}/backfills`, options, (requestOptions) =>
          api.createBackfill(sinkId, backfill, requestOptions),
        ),
      updateBackfill: (sinkId, id, state, options) =>
        track(`sinks/${sinkId}/backfills/${id}`, options, (requestOptions) =>
          api.updateBackfill(sinkId, id, state, requestOptions),
        ),
      listDatabases: (options) =>
        track('postgres_databases', options, (requestOptions) => api.listDatabases(requestOptions)),
      testDatabase: (id, options) =>
        track(`postgres_databases/${id}/test_connection`, options, (requestOptions) =>
          api.testDatabase(id, requestOptions),
        ),
      refreshTables: (id, options) =>
        track(`postgres_databases/${id}/refresh_tables`, options, (requestOptions) =>
          api.refreshTables(id, requestOptions),
        ),
      planConfig: (yaml, options) =>
        track('config/plan', options, (requestOptions) => api.planConfig(yaml, requestOptions)),
      applyConfig: (yaml, options) =>
        track('config/apply', options, (requestOptions) => api.applyConfig(yaml, requestOptions)),
      exportConfig: (options) =>
        track('config/export', options, (requestOptions) => api.exportConfig(requestOptions)),
      getVersion: (options) =>
        track('info/version', options, (requestOptions) => api.getVersion(requestOptions)),
    };
  }
}

/**
 * Waits for all promises, even if one of them is rejected, so that no promise outlives the test.
 * @throws the error of the first rejected promise
 */
export async function settleAll(promises: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(promises);
  await Promise.all(promises);
}

/** Asserts that a failure is described in readable sentences, without the token and values such as `undefined`. */
export function assertPlainSentence(failure: Failure, token: string): void {
  const { sentence, recovery } = describeFailure(failure, 'shop');
  assert.match(sentence, /^[A-Z\d][^\n]{5,200}[.?]$|^shop [^\n]{5,200}[.?]$|^Cancelled\.$/u, sentence);
  assert.ok(!sentence.includes(token), sentence);
  assert.doesNotMatch(sentence, /undefined|null|NaN|Infinity|\[object|\{\d\}|<|\.\./, sentence);
  assert.ok(recovery.length > 0);
}
