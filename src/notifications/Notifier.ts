import type { NotificationsSetting } from '../contributions/parseSetting.ts';
import type { Backfill } from '../model/Backfill.ts';
import type { BackfillRef } from '../model/BackfillRef.ts';
import type { Connection } from '../model/Connection.ts';
import { isLoaded } from '../model/LoadState.ts';
import type { BackfillQueue } from '../model/queue/BackfillQueue.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import type { Clock } from '../shared/clock.ts';
import { FileLock } from '../shared/FileLock.ts';
import { DisposableBase, DisposableStore, MutableDisposable } from '../shared/lifecycle.ts';
import { deleteWhere } from '../shared/maps.ts';
import type { BackfillEvent } from '../text/notificationText.ts';
import { getEventKey, type StallEvent, toEndEvent } from './backfillEvents.ts';
import { lockOwnWrite } from './lockOwnWrite.ts';
import {
  createNotification,
  createQueueEndNotification,
  createTokenRejectedNotification,
  isProblem,
  type Notification,
  type ServerBackfillEvent,
} from './notification.ts';
import { StallReports } from './StallReports.ts';

export interface NotifierOptions {
  readonly servers: ServerRegistry;
  readonly clock: Clock;
  /** The folder of the lock files, shared by all windows. The notifier creates the folder before its first use. */
  readonly folder: string;
  /** Returns the current value of `sequin.notifications`. */
  readonly getSetting: () => NotificationsSetting;
  /** Whether the user sees the page of a backfill. Such a backfill needs no notification. */
  readonly isShown: (ref: BackfillRef) => boolean;
  /** Shows a notification and runs the command of the selected button. The promise must not reject. */
  readonly showNotification: (notification: Notification) => Promise<void>;
}

/** A notification is shown after this time without events, in ms, because backfills often finish together. */
const quietMs = 5_000;
/** The longest time between the first event and its notification, in ms. */
const maxBatchMs = 30_000;

/**
 * Notifies about finished and stalled backfills, finished queues and rejected tokens. Polls in the background to notice
 * them. Reports each event only once, even if several windows are open, windows reload, or the machine sleeps.
 */
export class Notifier extends DisposableBase {
  readonly #options: NotifierOptions;
  readonly #lock: FileLock;
  /** By connection id. */
  readonly #stallReports = new Map<string, StallReports>();
  /** The number of events that await the next notification, and when the first occurred, as a monotonic time in ms. */
  #pending = { count: 0, since: 0 };
  /** By connection id: whether the server rejected the token (true) or accepted it (false). No entry: unknown. */
  readonly #tokenRejected = new Map<string, boolean>();
  readonly #timer = this.register(new MutableDisposable());
  readonly #watches = this.register(new MutableDisposable());
  readonly #subscriptions = this.register(new MutableDisposable());
  #isStarted = false;

  constructor(options: NotifierOptions) {
    super();
    this.#options = options;
    this.#lock = new FileLock(options.folder, options.clock);
    this.register(
      options.servers.onDidChangeServers(() => {
        this.#forgetRemovedServers();
        this.#subscribeToMonitors();
        this.updateWatches();
        // A saved snapshot may contain ends that the last session didn't report.
        this.#scheduleNotification();
      }),
    );
    this.register(
      options.servers.onDidChangeSnapshot(({ monitor, change }) => {
        if (monitor.connection.isSample) {
          return;
        }
        if (change.connectionChanged) {
          this.#notifyTokenRejected(monitor);
        }
        this.#getStallReports(monitor).observe(monitor);
        this.#scheduleNotification();
      }),
    );
    this.#subscribeToMonitors();
  }

  /** The monitors whose events are reported: all except that of the sample data. */
  get #monitors(): readonly ServerMonitor[] {
    return this.#options.servers.monitors.filter(({ connection }) => !connection.isSample);
  }

  /** The number of entries in memory for stalls and tokens, for tests that check memory use. */
  get rememberedCount(): number {
    const stallCounts = [...this.#stallReports.values()].map(({ rememberedCount }) => rememberedCount);
    return stallCounts.reduce((sum, count) => sum + count, this.#tokenRejected.size);
  }

  /** Starts polling in the background. Call it when the window has finished its startup. */
  start(): void {
    this.#isStarted = true;
    this.updateWatches();
    void this.#lock.deleteOld();
  }

  /** Starts or stops polling in the background. Call it after a change of the setting or the connections. */
  updateWatches(): void {
    const isEnabled = this.#isStarted && this.#options.getSetting() !== 'off';
    const watched = isEnabled ? this.#monitors : [];
    this.#watches.value = new DisposableStore(watched.map((monitor) => monitor.watch('background')));
  }

  /** Subscribes to the writes and queues of the current monitors, and records their current stalls. */
  #subscribeToMonitors(): void {
    this.#subscriptions.value = new DisposableStore(
      this.#monitors.flatMap((monitor) => {
        this.#getStallReports(monitor).observe(monitor);
        return [
          monitor.onDidChangeWrite((event) => {
            lockOwnWrite(this.#lock, monitor, event);
          }),
          monitor.queue.onDidEnd((queue) => {
            this.#notifyQueueEnd(monitor, queue);
          }),
        ];
      }),
    );
  }

  #getStallReports({ connection: { id } }: ServerMonitor): StallReports {
    const reports = this.#stallReports.get(id) ?? new StallReports(id, this.#options.clock, this.#lock);
    this.#stallReports.set(id, reports);
    return reports;
  }

  /**
   * Notifies about a rejected token once, regardless of the number of requests, windows and reloads. After the server
   * has accepted a token, the next rejection is reported again.
   */
  #notifyTokenRejected({ connection, snapshot }: ServerMonitor): void {
    const { id } = connection;
    const { failure } = snapshot.sinksLoad;
    const key = JSON.stringify([id, 'tokenRejected']);
    if (failure?.kind === 'unauthorized') {
      if (this.#tokenRejected.get(id) !== true && this.#options.getSetting() !== 'off') {
        this.#tokenRejected.set(id, true);
        if (this.#lock.tryAcquire(key)) {
          void this.#options.showNotification(createTokenRejectedNotification(connection));
        }
      }
    } else if (
      failure === undefined &&
      isLoaded(snapshot.sinksLoad) &&
      this.#tokenRejected.get(id) !== false
    ) {
      this.#tokenRejected.set(id, false);
      this.#lock.release(key);
    }
  }

  /** Schedules a notification if there are new events. Each further event postpones it, up to {@link maxBatchMs}. */
  #scheduleNotification(): void {
    const { clock } = this.#options;
    const count = this.#countPending();
    const now = clock.monotonicNow();
    if (count <= this.#pending.count) {
      return;
    }
    const since = this.#timer.value === undefined ? now : this.#pending.since;
    this.#pending = { count, since };
    this.#timer.value = clock.schedule(Math.min(quietMs, Math.max(0, since + maxBatchMs - now)), () => {
      this.#timer.value = undefined;
      this.#notify();
      this.#pending = { count: 0, since: 0 };
    });
  }

  #countPending(): number {
    return this.#monitors.reduce(
      (count, monitor) =>
        count + monitor.snapshot.unreportedEnds.length + this.#findUnreportedStalls(monitor).length,
      0,
    );
  }

  #findUnreportedStalls(monitor: ServerMonitor): StallEvent[] {
    return this.#options.getSetting() === 'off' ? [] : this.#getStallReports(monitor).findUnreported(monitor);
  }

  /** Notifies once about the end of a queue, instead of about each of its completed backfills. */
  #notifyQueueEnd({ connection }: ServerMonitor, queue: BackfillQueue): void {
    for (const { sinkId, backfillId, phase } of queue.items) {
      if (phase === 'completed') {
        const backfill = { id: backfillId, sinkId };
        this.#lock.tryAcquire(getEventKey(connection.id, 'queueEnd', backfill));
      }
    }
    const notification = createQueueEndNotification(queue, this.#getShownName(connection));
    if (this.#isWanted(notification.severity !== 'information')) {
      void this.#options.showNotification(notification);
    }
  }

  /** Whether a backfill completed in a queue, so the notification about the end of the queue covers the event. */
  #isReportedByQueue({ connection, snapshot }: ServerMonitor, { kind, backfill }: BackfillEvent): boolean {
    return (
      kind === 'completed' &&
      (snapshot.queue?.items.some(({ backfillId }) => backfillId === backfill.id) === true ||
        this.#lock.getAcquiredAt(getEventKey(connection.id, 'queueEnd', backfill)) !== undefined)
    );
  }

  #notify(): void {
    const events = this.#monitors.flatMap((monitor): ServerBackfillEvent[] => {
      const { id: connectionId } = monitor.connection;
      const connectionName = this.#getShownName(monitor.connection);
      const ends = monitor.snapshot.unreportedEnds.flatMap((end) => {
        const event = toEndEvent(monitor, end);
        const isWanted = event !== undefined && this.#isWanted(isProblem(event));
        return isWanted && this.#lock.tryAcquire(getEventKey(connectionId, event.kind, event.backfill))
          ? [event]
          : [];
      });
      const stalls = this.#findUnreportedStalls(monitor).filter((event) =>
        this.#getStallReports(monitor).acquire(event),
      );
      return [...ends, ...stalls]
        .filter(({ backfill }) => !this.#isShown(connectionId, backfill))
        .filter((event) => isProblem(event) || !this.#isReportedByQueue(monitor, event))
        .map((event) => ({ ...event, connectionId, connectionName }));
    });
    const [first, ...others] = events;
    if (first !== undefined) {
      void this.#options.showNotification(createNotification(first, ...others));
    }
    for (const monitor of this.#monitors) {
      monitor.clearUnreportedEnds();
    }
  }

  /** Whether the setting allows a notification, depending on whether the notification reports a problem. */
  #isWanted(reportsProblem: boolean): boolean {
    const setting = this.#options.getSetting();
    return setting === 'all' || (setting === 'problems' && reportsProblem);
  }

  /** The name of a connection for a notification; undefined if there is only one connection. */
  #getShownName({ name }: Connection): string | undefined {
    return this.#options.servers.all.length > 1 ? name : undefined;
  }

  #isShown(connectionId: string, { sinkId, id }: Backfill): boolean {
    return this.#options.isShown({ connectionId, sinkId, backfillId: id });
  }

  #forgetRemovedServers(): void {
    const connectionIds = new Set(this.#options.servers.all.map(({ state }) => state.connection.id));
    const isRemoved = (_: unknown, connectionId: string): boolean => !connectionIds.has(connectionId);
    deleteWhere(this.#stallReports, isRemoved);
    deleteWhere(this.#tokenRejected, isRemoved);
  }
}
