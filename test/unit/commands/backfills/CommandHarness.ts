import assert from 'node:assert/strict';
import { createApiClient } from '../../../../src/api/createApiClient.ts';
import type { CommandHandler } from '../../../../src/commands/CommandHandler.ts';
import type { Backfill } from '../../../../src/model/Backfill.ts';
import type { Connection } from '../../../../src/model/Connection.ts';
import type { BackfillState } from '../../../../src/sampleServer/sequinTypes.ts';
import type { Sink } from '../../../../src/sampleServer/World.ts';
import type { ServerMonitor } from '../../../../src/servers/ServerMonitor.ts';
import { findBackfill } from '../../../../src/servers/Snapshot.ts';
import type { Emulator } from '../../../emulator/Emulator.ts';
import { now } from '../../samples.ts';
import { TestClock } from '../../TestClock.ts';
import { useEmulators } from '../../useServers.ts';
import { waitUntil } from '../../waitUntil.ts';
import { runOnRows } from '../createContext.ts';
import { FakeUi } from '../FakeUi.ts';
import { useConnections } from '../useConnections.ts';

/**
 * Runs commands on the backfills of the sink `orders`, which has the tables `public.a` to `public.f`. The clock of the
 * server doesn't advance, so the backfills make no progress.
 */
export class CommandHarness {
  readonly startEmulator = useEmulators();
  readonly connections = useConnections();
  readonly servers = this.connections.servers;
  emulator!: Emulator;
  sink!: Sink;
  monitor!: ServerMonitor;
  /**
   * The clock for the timers of the monitor, which fire only when this clock advances. The monitor reads the time from
   * {@link localNow} instead.
   */
  clock = new TestClock(now);
  /** The clock for the timeouts of requests. */
  timeoutClock = new TestClock(now);
  localNow = now;
  ui = new FakeUi();
  /** The rows that are selected in the tree. */
  selection: readonly object[] = [];

  /** Registers hooks in the enclosing `describe` that start a server for each test, and connect to it. */
  constructor() {
    beforeEach(async () => {
      this.clock = new TestClock(now);
      this.timeoutClock = new TestClock(now);
      this.localNow = now;
      this.ui = new FakeUi();
      this.selection = [];
      await this.startServer();
    });
  }

  /** Starts a server of a version of Sequin, and connects to it. */
  async startServer(version = '0.14.6'): Promise<void> {
    const clock = { now: () => now };
    this.emulator = await this.startEmulator({ scenario: 'empty', latency: false, clock, version });
    const tables = ['public.a', 'public.b', 'public.c', 'public.d', 'public.e', 'public.f'];
    const source = { include_schemas: null, exclude_schemas: null, exclude_tables: null };
    this.sink = this.emulator.world.addSink({
      name: 'orders',
      source: { ...source, include_tables: tables },
    });
    this.connect();
  }

  /** Connects to the server, in place of an earlier connection. */
  connect(overrides: Partial<Connection> = {}): void {
    const { url: address, token } = this.emulator;
    const getLocalNow = (): number => this.localNow;
    this.monitor = this.connections.connect(this.emulator, {
      connection: { name: 'Shop', ...overrides },
      api: createApiClient({ address, token, retryDelayMs: 1, clock: this.timeoutClock }),
      // Advancing the clock fires timers but doesn't change the time, so the age of a state doesn't depend on the speed
      // of the machine.
      clock: {
        now: getLocalNow,
        monotonicNow: getLocalNow,
        schedule: (delayMs, callback) => this.clock.schedule(delayMs, callback),
      },
      random: () => 0,
    });
  }

  /** Adds a backfill of each table to the server, and loads the backfills. Returns their rows. */
  async addBackfills(state: BackfillState, ...names: readonly string[]): Promise<object[]> {
    const { emulator, sink, monitor } = this;
    const rows = names.map((name) => {
      // Lists show the newest backfill first. Each backfill is older than the previous one, so lists keep this order.
      const inserted_at = new Date(now - sink.backfills.length * 60_000).toISOString().replace(/\.\d+/, '');
      const counts = { rows_initial_count: 1000, rows_processed_count: 500, inserted_at };
      const table = `public.${name}`;
      const { json } = emulator.world.addBackfill(sink.json.id, { table, state, ...counts });
      return { ...this.sinkRow, backfillId: json.id };
    });
    await monitor.refresh();
    await monitor.backfillLists.load(sink.json.id);
    return rows;
  }

  get sinkRow(): { readonly connectionId: string; readonly sinkId: string } {
    return { connectionId: this.emulator.url, sinkId: this.sink.json.id };
  }

  /** Returns the state that the latest backfill of a table has on the server. */
  getState(name: string): BackfillState | undefined {
    return this.sink.backfills.findLast(({ json }) => json.table === `public.${name}`)?.json.state;
  }

  /** Returns the loaded backfill of a table. */
  getBackfill(name: string): Backfill {
    const id = this.sink.backfills.find(({ json }) => json.table === `public.${name}`)?.json.id ?? '';
    return findBackfill(this.monitor.snapshot, this.sink.json.id, id) ?? assert.fail();
  }

  /** The number of writes that the server has received. */
  get writeCount(): number {
    return this.emulator.requests.filter(({ method }) => method !== 'GET').length;
  }

  /**
   * Runs a command on rows or, without `rows`, as from the Command Palette. Advances the clock until the command has
   * finished. Returns what the user sees.
   */
  async run(handler: CommandHandler, rows?: readonly object[]): Promise<string[]> {
    const { ui, servers } = this;
    const describePage = (ref: object, options: object): string =>
      `${Object.keys(ref).join(' ')} ${JSON.stringify(options)}`;
    const running = runOnRows(handler, rows, {
      ui,
      servers,
      getSelection: () => this.selection,
      revealRow: (row: object) => ui.lines.push(`reveals ${Object.keys(row).join(' ')}`),
      panels: {
        open: (ref: object, options: object) => ui.lines.push(`opens ${describePage(ref, options)}`),
      },
      metricsOffer: {
        offer: ({ connection }: ServerMonitor) => ui.lines.push(`offers metrics of ${connection.name}`),
      },
    });
    await this.#finish(running);
    return running;
  }

  /** Presses a button of the latest message. Returns what the user sees. */
  async press(label: string): Promise<string[]> {
    await this.#finish(this.ui.press(label));
    return this.ui.takeLines();
  }

  /** Advances the clock until a promise is settled. */
  async #finish(running: Promise<unknown>): Promise<void> {
    let isFinished = false;
    const result = running.finally(() => (isFinished = true));
    await Promise.race([
      result,
      waitUntil(
        () => isFinished,
        () => this.clock.advance(100),
      ),
    ]);
    await result;
  }
}
