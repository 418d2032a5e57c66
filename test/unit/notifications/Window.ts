import type { SequinApi, SinkAnswer } from '../../../src/api/SequinApi.ts';
import { SequinError } from '../../../src/api/failure.ts';
import { isOpen, type Backfill } from '../../../src/model/Backfill.ts';
import type { Sink } from '../../../src/model/Sink.ts';
import { Monitor } from '../../../src/monitor/Monitor.ts';
import { Monitors } from '../../../src/monitor/Monitors.ts';
import type { Snapshot } from '../../../src/monitor/Snapshot.ts';
import type { Notice } from '../../../src/notifications/notice.ts';
import { Notifier, type NotificationsSetting } from '../../../src/notifications/Notifier.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import { connectionTo, serversOf, sink } from '../samples.ts';

/** A server of one sink, whose answers come at once. */
export class Server {
  sink: Sink = sink();
  backfills: readonly Backfill[] = [];
  /** How often it was asked for its list of sinks. */
  asked = 0;
  reachable = true;
  /** How long the answer to a write takes, which is done at once. */
  writeMs = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Changes a backfill as the server itself does: now. */
  change(id: string, different: Partial<Backfill>): void {
    this.backfills = this.backfills.map((backfill) =>
      backfill.id === id ? { ...backfill, updatedAt: this.#clock.now(), ...different } : backfill,
    );
  }

  get api(): SequinApi {
    const answer = (): SinkAnswer => {
      if (!this.reachable) {
        throw new SequinError({ kind: 'network', reason: 'refused' });
      }
      return { sink: this.sink, openBackfills: this.backfills.filter(isOpen) };
    };
    const find = (id: string): Backfill => {
      const found = this.backfills.find((backfill) => backfill.id === id);
      if (found === undefined) {
        throw new SequinError({ kind: 'notFound', what: 'backfill' });
      }
      return found;
    };
    const api: Omit<SequinApi, 'createBackfill' | 'version'> = {
      listSinks: async () => {
        this.asked += 1;
        await Promise.resolve();
        return { items: [answer()], leftOut: 0, serverTime: this.#clock.now() };
      },
      getSink: async () => Promise.resolve(answer()),
      listBackfills: async () => Promise.resolve({ items: this.backfills, leftOut: 0 }),
      getBackfill: async (_sinkId, backfillId) => {
        await Promise.resolve();
        return find(backfillId);
      },
      updateBackfill: async (_sinkId, backfillId, state) => {
        await Promise.resolve();
        answer();
        if (!isOpen(find(backfillId))) {
          throw new SequinError({ kind: 'conflict', reason: 'transition', reasons: [] });
        }
        this.change(backfillId, { state, canceledAt: state === 'cancelled' ? this.#clock.now() : null });
        const answered = find(backfillId);
        await new Promise<void>((resolve) => void this.#clock.after(this.writeMs, resolve));
        return answered;
      },
    };
    return api as SequinApi;
  }
}

/** What a window of VS Code has of the extension, as far as notices go. */
export class Window {
  readonly monitors = new Monitors();
  readonly monitor: Monitor;
  readonly notices: Notice[] = [];
  readonly notifier: Notifier;
  setting: NotificationsSetting = 'all';

  constructor(server: Server, clock: Clock, folder: string, snapshot?: Snapshot) {
    this.notifier = new Notifier({
      monitors: this.monitors,
      clock,
      folder,
      setting: () => this.setting,
      show: (notice) => {
        this.notices.push(notice);
        return Promise.resolve();
      },
    });
    const connection = connectionTo('http://localhost:7376');
    const intervalMs = () => 2_000;
    const random = () => 0;
    this.monitor = new Monitor({ connection, api: server.api, clock, intervalMs, random, snapshot });
    this.monitors.set(serversOf(this.monitor));
  }

  get messages(): string[] {
    return this.notices.map(({ message }) => message);
  }

  /** What is known, as the next session finds it. */
  get kept(): Snapshot {
    const { snapshot } = this.monitor;
    return { ...snapshot, sinksLoad: { ...snapshot.sinksLoad, kept: true } };
  }

  close(): void {
    this.notifier.dispose();
    this.monitors.dispose();
  }
}
