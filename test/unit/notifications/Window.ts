import assert from 'node:assert/strict';
import type { SequinApi, SinkWithBackfills } from '../../../src/api/SequinApi.ts';
import { SequinError } from '../../../src/api/failure.ts';
import { isUnfinished, type Backfill } from '../../../src/model/Backfill.ts';
import type { Sink } from '../../../src/model/Sink.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { ServerRegistry } from '../../../src/servers/ServerRegistry.ts';
import type { Snapshot } from '../../../src/servers/Snapshot.ts';
import type { Notification } from '../../../src/notifications/notification.ts';
import type { NotificationsSetting } from '../../../src/contributions/parseSetting.ts';
import { Notifier } from '../../../src/notifications/Notifier.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import { connectionTo, serversOf, sink } from '../samples.ts';

/** A server of one sink, whose answers come at once. */
export class Server {
  sink: Sink = sink();
  backfills: readonly Backfill[] = [];
  /** How often it was asked for its list of sinks. */
  asked = 0;
  reachable = true;
  /** Whether it takes the token. */
  takesToken = true;
  readonly address: string;
  /** How long the answer to a write takes, which is done at once. */
  writeMs = 0;
  readonly #clock: Clock;

  constructor(clock: Clock, address = 'http://localhost:7376') {
    this.#clock = clock;
    this.address = address;
  }

  /** Changes a backfill as the server itself does: now. */
  change(id: string, different: Partial<Backfill>): void {
    this.backfills = this.backfills.map((backfill) =>
      backfill.id === id ? { ...backfill, updatedAt: this.#clock.now(), ...different } : backfill,
    );
  }

  #admit(): void {
    if (!this.takesToken) {
      throw new SequinError({ kind: 'unauthorized' });
    }
  }

  get api(): SequinApi {
    const answer = (): SinkWithBackfills => {
      this.#admit();
      if (!this.reachable) {
        throw new SequinError({ kind: 'network', reason: 'refused' });
      }
      return { sink: this.sink, unfinishedBackfills: this.backfills.filter(isUnfinished) };
    };
    const find = (id: string): Backfill => {
      const found = this.backfills.find((backfill) => backfill.id === id);
      if (found === undefined) {
        throw new SequinError({ kind: 'notFound', what: 'backfill' });
      }
      return found;
    };
    const api: Omit<SequinApi, 'createBackfill' | 'getVersion'> = {
      listSinks: async () => {
        this.asked += 1;
        await Promise.resolve();
        return { items: [answer()], skipped: 0, serverTime: this.#clock.now() };
      },
      getSink: async () => Promise.resolve(answer()),
      listBackfills: async () => {
        await Promise.resolve();
        this.#admit();
        return { items: this.backfills, skipped: 0 };
      },
      getBackfill: async (_sinkId, backfillId) => {
        await Promise.resolve();
        return find(backfillId);
      },
      updateBackfill: async (_sinkId, backfillId, state) => {
        await Promise.resolve();
        answer();
        if (!isUnfinished(find(backfillId))) {
          throw new SequinError({ kind: 'conflict', reason: 'transition', reasons: [] });
        }
        this.change(backfillId, { state, canceledAt: state === 'cancelled' ? this.#clock.now() : null });
        const answered = find(backfillId);
        await new Promise<void>((resolve) => void this.#clock.schedule(this.writeMs, resolve));
        return answered;
      },
    };
    return api as SequinApi;
  }
}

/** What a window of VS Code has of the extension, as far as notices go. */
export class Window {
  readonly servers = new ServerRegistry();
  readonly notices: Notification[] = [];
  readonly notifier: Notifier;
  setting: NotificationsSetting = 'all';

  /** The monitor of its first server. */
  monitor!: ServerMonitor;
  readonly #clock: Clock;

  constructor(server: Server | readonly Server[], clock: Clock, folder: string, snapshot?: Snapshot) {
    this.#clock = clock;
    this.notifier = new Notifier({
      servers: this.servers,
      clock,
      folder,
      setting: () => this.setting,
      showNotification: (notice) => {
        this.notices.push(notice);
        return Promise.resolve();
      },
    });
    this.signIn([server].flat(), snapshot);
  }

  /** Signs in to servers, and out of all others; `snapshot` is what was known of each. */
  signIn(servers: readonly Server[], snapshot?: Snapshot): void {
    const clock = this.#clock;
    const [first, ...others] = servers.map(
      ({ address, api }) =>
        new ServerMonitor({
          connection: connectionTo(address),
          api,
          clock,
          intervalMs: () => 2_000,
          random: () => 0,
          snapshot,
        }),
    );
    this.monitor = first ?? assert.fail('it is signed in nowhere');
    this.servers.setServers(serversOf(this.monitor, ...others));
  }

  get messages(): string[] {
    return this.notices.map(({ message }) => message);
  }

  /** What is known, as the next session finds it. */
  get kept(): Snapshot {
    const { snapshot } = this.monitor;
    return { ...snapshot, sinksLoad: { ...snapshot.sinksLoad, failure: undefined, fromCache: true } };
  }

  close(): void {
    this.notifier.dispose();
    this.servers.dispose();
  }
}
