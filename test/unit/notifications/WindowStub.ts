import assert from 'node:assert/strict';
import type { SequinApi, SinkWithBackfills } from '../../../src/api/SequinApi.ts';
import type { NotificationsSetting } from '../../../src/contributions/parseSetting.ts';
import { type Backfill, isUnfinished } from '../../../src/model/Backfill.ts';
import { SequinError } from '../../../src/model/failure.ts';
import type { Sink } from '../../../src/model/Sink.ts';
import type { Notification } from '../../../src/notifications/notification.ts';
import { Notifier } from '../../../src/notifications/Notifier.ts';
import type { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { ServerRegistry } from '../../../src/servers/ServerRegistry.ts';
import type { Snapshot } from '../../../src/servers/Snapshot.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import { createMemoryQueueStorage } from '../createMemoryQueueStorage.ts';
import { connectionTo, serversOf, sink } from '../samples.ts';
import { createMonitor } from '../servers/createMonitor.ts';

/** A server whose data and faults a test sets directly. */
export class ServerStub {
  /** The first sink, and the only one unless there are {@link otherSinks}. */
  sink: Sink = sink();
  otherSinks: readonly Sink[] = [];
  backfills: readonly Backfill[] = [];
  /** The number of requests for the list of sinks. */
  listRequestCount = 0;
  isReachable = true;
  acceptsToken = true;
  /** Whether this is the bundled server with sample data. */
  isSample = false;
  readonly address: string;
  /** The delay of the response to a write, in ms. The write itself takes effect immediately. */
  writeResponseDelayMs = 0;
  /** Whether writes time out without an effect. The test that sets this may apply their effect later. */
  losesWrites = false;
  /** The saved queue of backfills, shared by all windows. */
  readonly queueStorage = createMemoryQueueStorage();
  readonly #clock: Clock;

  constructor(clock: Clock, address = 'http://localhost:7376') {
    this.#clock = clock;
    this.address = address;
  }

  /** Changes a backfill and sets its `updatedAt` to the current time. */
  updateBackfill(id: string, changes: Partial<Backfill>): void {
    this.backfills = this.backfills.map((backfill) =>
      backfill.id === id ? { ...backfill, updatedAt: this.#clock.now(), ...changes } : backfill,
    );
  }

  /**
   * Checks that the server is reachable and accepts the token, as every request requires.
   * @throws SequinError if the server is unreachable or rejects the token
   */
  #checkRequest(): void {
    if (!this.isReachable) {
      throw new SequinError({ kind: 'network', reason: 'refused' });
    }
    if (!this.acceptsToken) {
      throw new SequinError({ kind: 'unauthorized' });
    }
  }

  #checkWrite(): void {
    this.#checkRequest();
    if (this.losesWrites) {
      throw new SequinError({ kind: 'timeout', afterMs: 15_000 });
    }
  }

  get api(): SequinApi {
    const respondWithSinks = (): SinkWithBackfills[] => {
      this.#checkRequest();
      return [this.sink, ...this.otherSinks].map((each) => ({
        sink: each,
        unfinishedBackfills: this.backfills.filter(
          (backfill) => backfill.sinkId === each.id && isUnfinished(backfill),
        ),
      }));
    };
    const findBackfill = (id: string): Backfill => {
      const backfill = this.backfills.find((candidate) => candidate.id === id);
      if (backfill === undefined) {
        throw new SequinError({ kind: 'notFound', resource: 'backfill' });
      }
      return backfill;
    };
    const api: Omit<
      SequinApi,
      | 'createBackfill'
      | 'testDatabase'
      | 'refreshTables'
      | 'planConfig'
      | 'applyConfig'
      | 'exportConfig'
      | 'getVersion'
    > = {
      listSinks: async () => {
        this.listRequestCount += 1;
        await Promise.resolve();
        return { items: respondWithSinks(), skipped: 0, serverTime: this.#clock.now() };
      },
      getSink: async (sinkId) => {
        await Promise.resolve();
        const response = respondWithSinks().find((each) => each.sink.id === sinkId);
        if (response === undefined) {
          throw new SequinError({ kind: 'notFound', resource: 'sink' });
        }
        return response;
      },
      listBackfills: async (sinkId) => {
        await Promise.resolve();
        this.#checkRequest();
        return { items: this.backfills.filter((backfill) => backfill.sinkId === sinkId), skipped: 0 };
      },
      getBackfill: async (_sinkId, backfillId) => {
        await Promise.resolve();
        this.#checkRequest();
        return findBackfill(backfillId);
      },
      updateSink: async (_sinkId, status) => {
        await Promise.resolve();
        this.#checkWrite();
        this.sink = { ...this.sink, status };
        return respondWithSinks()[0] ?? assert.fail();
      },
      listDatabases: async () => {
        await Promise.resolve();
        this.#checkRequest();
        return { items: [], skipped: 0 };
      },
      updateBackfill: async (_sinkId, backfillId, state) => {
        await Promise.resolve();
        this.#checkWrite();
        if (!isUnfinished(findBackfill(backfillId))) {
          throw new SequinError({ kind: 'conflict', reason: 'transition', serverMessages: [] });
        }
        this.updateBackfill(backfillId, {
          state,
          canceledAt: state === 'cancelled' ? this.#clock.now() : null,
        });
        const response = findBackfill(backfillId);
        await new Promise<void>((resolve) => void this.#clock.schedule(this.writeResponseDelayMs, resolve));
        return response;
      },
    };
    return api as SequinApi;
  }
}

/** The parts of the extension in one VS Code window that notifications depend on. */
export class WindowStub {
  readonly servers = new ServerRegistry();
  readonly notifications: Notification[] = [];
  readonly notifier: Notifier;
  setting: NotificationsSetting = 'all';
  /** The id of the backfill whose page is visible; undefined if no page is visible. */
  shownBackfillId: string | undefined;

  /** The monitor of the first server. */
  monitor!: ServerMonitor;
  readonly #clock: Clock;

  constructor(server: ServerStub | readonly ServerStub[], clock: Clock, folder: string, snapshot?: Snapshot) {
    this.#clock = clock;
    this.notifier = new Notifier({
      servers: this.servers,
      clock,
      folder,
      getSetting: () => this.setting,
      isShown: ({ backfillId }) => this.shownBackfillId === backfillId,
      showNotification: (notification) => {
        this.notifications.push(notification);
        return Promise.resolve();
      },
    });
    this.signIn([server].flat(), snapshot);
  }

  /** Signs in to the given servers, and out of all other servers. Each monitor starts with the saved `snapshot`. */
  signIn(servers: readonly ServerStub[], snapshot?: Snapshot): void {
    const clock = this.#clock;
    const [first, ...others] = servers.map(({ address, api, isSample, queueStorage }) =>
      createMonitor({
        connection: connectionTo(address, isSample ? { isSample } : {}),
        api,
        clock,
        snapshot,
        queueStorage,
      }),
    );
    this.monitor = first ?? assert.fail('expected at least one server');
    for (const monitor of [this.monitor, ...others]) {
      // The user is working in another window.
      monitor.setFocused(false);
    }
    this.#setMonitors([this.monitor, ...others]);
  }

  get messages(): string[] {
    return this.notifications.map(({ message }) => message);
  }

  /** The snapshot that the next session reads from the disk. */
  get savedSnapshot(): Snapshot {
    const { snapshot } = this.monitor;
    return {
      ...snapshot,
      sinksLoad: { ...snapshot.sinksLoad, failure: undefined, fromCache: true },
      pendingWrites: new Map(),
      blockedWriteKeys: new Set(),
    };
  }

  /** Replaces the monitors of the registry and disposes the previous ones, as `ServerManager` does. */
  #setMonitors(monitors: readonly ServerMonitor[]): void {
    const previous = this.servers.monitors;
    this.servers.setServers(serversOf(...monitors));
    for (const monitor of previous) {
      monitor.dispose();
    }
  }

  close(): void {
    this.notifier.dispose();
    this.#setMonitors([]);
    this.servers.dispose();
  }
}
