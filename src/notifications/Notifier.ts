import type { NotificationsSetting } from '../contributions/parseSetting.ts';
import type { Backfill } from '../model/Backfill.ts';
import type { BackfillRef } from '../model/BackfillRef.ts';
import { getConnectionId } from '../model/Connection.ts';
import type { BackfillQueue } from '../model/queue/BackfillQueue.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import { findBackfill } from '../servers/Snapshot.ts';
import type { Clock } from '../shared/clock.ts';
import { FileLock } from '../shared/FileLock.ts';
import { type Disposable, DisposableBase } from '../shared/lifecycle.ts';
import type { BackfillEvent } from '../text/notificationText.ts';
import { findStallEvents, getEventKey, type StallEvent, toEndEvent } from './backfillEvents.ts';
import {
  createNotification,
  createQueueEndNotification,
  createTokenRejectedNotification,
  isProblem,
  type Notification,
  type ServerBackfillEvent,
} from './notification.ts';

export interface NotifierOptions {
  readonly servers: ServerRegistry;
  readonly clock: Clock;
  /** The folder of the lock files that all windows share. Created on first use. */
  readonly folder: string;
  /** Returns the current value of the setting. */
  readonly setting: () => NotificationsSetting;
  /** Whether the user is looking at the page of a backfill, which then needs no notification. */
  readonly isShown: (ref: BackfillRef) => boolean;
  /** Shows a notification and runs the selected action. Must not throw. */
  readonly showNotification: (notification: Notification) => Promise<void>;
}

/** A notification waits until no further event occurs for this time, since many backfills often end together. */
const quietMs = 5_000;
/** A notification waits no longer than this after the first event. */
const maxBatchMs = 30_000;
/** A stall is reported once it has lasted for this time: the user may be fixing it, and a slow page may complete. */
const stallConfirmationMs = 30_000;
/** The shortest interval between two notifications about stalls of the same backfill. */
const stallIntervalMs = 3600_000;

/** A backfill that stalled this long before the first contact with its server isn't news: badge and status bar show it. */
const oldStallMs = 60_000;

/** The stalls of one backfill. Times are local, in milliseconds since the epoch: the server's may be wrong. */
interface StallRecord {
  readonly connectionId: string;
  readonly backfillId: string;
  /** When this window first observed the current stall; undefined while the backfill isn't stalled. */
  observedAt: number | undefined;
  /** When a window last reported a stall; undefined if none did, as far as this window knows. */
  reportedAt: number | undefined;
}

/**
 * Notifies about finished and stalled backfills and rejected tokens, and polls in the background for this. Shows each
 * event once, across reloads, sleep and all windows on this machine.
 */
export class Notifier extends DisposableBase {
  readonly #options: NotifierOptions;
  readonly #lock: FileLock;
  /** By event key. */
  readonly #stalls = new Map<string, StallRecord>();
  /** The pending cancellations in this window for which it holds the lock, by event key. */
  readonly #localCancels = new Map<string, BackfillRef>();
  /** The number of events that the next notification reports, and when the first of them occurred. */
  #pending = { count: 0, since: 0 };
  /** Whether the last response that rejected or accepted the token rejected it, by connection id. */
  readonly #tokenRejected = new Map<string, boolean>();
  /** When a server first responded, by connection id; negative infinity if a saved snapshot shows an earlier contact. */
  readonly #firstContacts = new Map<string, number>();
  /** The backfills of queues that ended since the last notification: the end of the queue reports them. */
  readonly #reportedIds = new Set<string>();
  #timer: Disposable | undefined;
  #watches: readonly Disposable[] = [];
  #isStarted = false;

  constructor(options: NotifierOptions) {
    super();
    this.#options = options;
    this.#lock = new FileLock(options.folder, options.clock);
    this.register(
      options.servers.onDidEndQueue(({ monitor, queue }) => {
        this.#notifyQueueEnd(monitor, queue);
      }),
    );
    this.register(
      options.servers.onDidChangeServers(() => {
        this.#forgetRemovedServers();
        for (const monitor of options.servers.monitors) {
          this.#recordContact(monitor);
        }
        this.updateWatches();
        // A saved snapshot may contain ends that the last session didn't report.
        this.#scheduleNotification();
      }),
    );
    this.register(
      options.servers.onDidChangeSnapshot(({ monitor, change }) => {
        if (change.sinksLoadChanged) {
          this.#notifyTokenRejected(monitor);
        }
        this.#recordContact(monitor);
        this.#updateLocalCancels(monitor);
        this.#observeStalls(monitor);
        this.#scheduleNotification();
      }),
    );
  }

  /** The number of remembered stalls, cancellations and tokens. */
  get rememberedCount(): number {
    return this.#stalls.size + this.#localCancels.size + this.#tokenRejected.size;
  }

  /** Starts polling in the background. Called once the window is idle after startup. */
  start(): void {
    this.#isStarted = true;
    this.updateWatches();
    void this.#lock.deleteExpired();
  }

  /** Starts or stops polling in the background, after the setting or the connections changed. */
  updateWatches(): void {
    const previous = this.#watches;
    const isEnabled = this.#isStarted && this.#options.setting() !== 'off';
    this.#watches = isEnabled
      ? this.#options.servers.monitors.map((monitor) => monitor.watch('background'))
      : [];
    for (const watch of previous) {
      watch.dispose();
    }
  }

  override dispose(): void {
    this.#timer?.dispose();
    for (const watch of this.#watches) {
      watch.dispose();
    }
    super.dispose();
  }

  /**
   * Notifies once, in one window, about a rejected token, across parallel requests and reloads, until the server has
   * accepted a token again.
   */
  #notifyTokenRejected({ connection, snapshot }: ServerMonitor): void {
    const { id } = connection;
    const { failure, loading, fromCache } = snapshot.sinksLoad;
    const key = JSON.stringify([id, 'tokenRejected']);
    if (failure?.kind === 'unauthorized') {
      if (this.#tokenRejected.get(id) !== true && this.#options.setting() !== 'off') {
        this.#tokenRejected.set(id, true);
        if (this.#lock.tryAcquire(key)) {
          void this.#options.showNotification(createTokenRejectedNotification(connection));
        }
      }
    } else if (
      failure === undefined &&
      !loading &&
      fromCache !== true &&
      this.#tokenRejected.get(id) !== false
    ) {
      this.#tokenRejected.set(id, false);
      this.#lock.release(key);
    }
  }

  /** Records when a server first responded. */
  #recordContact({ connection, snapshot }: ServerMonitor): void {
    const { loadedAt, fromCache } = snapshot.sinksLoad;
    if (loadedAt !== undefined && !this.#firstContacts.has(connection.id)) {
      const at = fromCache === true ? Number.NEGATIVE_INFINITY : this.#options.clock.now();
      this.#firstContacts.set(connection.id, at);
    }
  }

  /** Records which backfills of a server are stalled, and forgets those that are finished. */
  #observeStalls(monitor: ServerMonitor): void {
    const { id: connectionId } = monitor.connection;
    const events = findStallEvents(monitor);
    if (events === undefined) {
      return;
    }
    const now = this.#options.clock.now();
    const stalledKeys = new Set<string>();
    for (const event of events) {
      const key = getEventKey(connectionId, event);
      const { observedAt = now, reportedAt } = this.#stalls.get(key) ?? {};
      stalledKeys.add(key);
      this.#stalls.set(key, {
        connectionId,
        backfillId: event.backfill.id,
        // After the clock was set back, the stall counts from now, and an earlier report is unknown.
        observedAt: Math.min(observedAt, now),
        reportedAt: reportedAt !== undefined && reportedAt > now ? undefined : reportedAt,
      });
    }
    for (const [key, stall] of this.#stalls) {
      if (stall.connectionId === connectionId && !stalledKeys.has(key)) {
        stall.observedAt = undefined;
        if (stall.reportedAt === undefined || !monitor.snapshot.progressTracks.has(stall.backfillId)) {
          this.#stalls.delete(key);
        }
      }
    }
  }

  /** Schedules a notification if there are new events, and postpones it while further ones occur. */
  #scheduleNotification(): void {
    const { clock } = this.#options;
    const count = this.#countPending();
    const now = clock.now();
    if (count <= this.#pending.count) {
      return;
    }
    const since = this.#timer === undefined ? now : Math.min(this.#pending.since, now);
    this.#pending = { count, since };
    this.#timer?.dispose();
    this.#timer = clock.schedule(Math.min(quietMs, Math.max(0, since + maxBatchMs - now)), () => {
      this.#timer = undefined;
      this.#notify();
      this.#pending = { count: 0, since: 0 };
    });
  }

  #countPending(): number {
    return this.#options.servers.monitors.reduce(
      (count, monitor) =>
        count + monitor.snapshot.unreportedEnds.length + this.#findUnreportedStalls(monitor).length,
      0,
    );
  }

  /**
   * Finds the confirmed stalls that may be reported now: new ones, and at most one in an hour for each backfill. Records
   * those that another window reported.
   */
  #findUnreportedStalls(monitor: ServerMonitor): StallEvent[] {
    if (this.#options.setting() === 'off') {
      return [];
    }
    const { id: connectionId } = monitor.connection;
    const now = this.#options.clock.now();
    return (findStallEvents(monitor) ?? []).flatMap((event) => {
      const key = getEventKey(connectionId, event);
      const stall = this.#stalls.get(key);
      if (stall?.observedAt === undefined || now - stall.observedAt < stallConfirmationMs) {
        return [];
      }
      const stalledSince = event.stall.idleSince - monitor.snapshot.clockSkewMs;
      const contactedAt = this.#firstContacts.get(connectionId) ?? 0;
      // After the clock was set back, the time of the first contact means nothing.
      if (contactedAt <= now && stalledSince < contactedAt - oldStallMs) {
        return [];
      }
      const isDue = ({ reportedAt }: StallRecord): boolean =>
        reportedAt === undefined || (stalledSince > reportedAt && now - reportedAt >= stallIntervalMs);
      if (isDue(stall)) {
        stall.reportedAt = this.#lock.getAcquiredAt(key) ?? stall.reportedAt;
      }
      return isDue(stall) ? [{ ...event, isRepeated: stall.reportedAt !== undefined }] : [];
    });
  }

  /** Notifies once about the end of a queue, instead of each of its backfills that completed. */
  #notifyQueueEnd({ connection }: ServerMonitor, queue: BackfillQueue): void {
    const setting = this.#options.setting();
    for (const { backfillId } of queue.items) {
      this.#reportedIds.add(backfillId);
    }
    const server = this.#options.servers.all.length > 1 ? connection.name : undefined;
    const notification = createQueueEndNotification(queue, server);
    if (setting === 'all' || (setting === 'problems' && notification.severity !== 'information')) {
      void this.#options.showNotification(notification);
    }
  }

  /** Whether a backfill completed as a part of a queue, whose end is reported later. */
  #isQueued({ snapshot }: ServerMonitor, { kind, backfill }: BackfillEvent): boolean {
    return (
      kind === 'completed' &&
      (this.#reportedIds.has(backfill.id) ||
        snapshot.queue?.items.some(({ backfillId }) => backfillId === backfill.id) === true)
    );
  }

  #notify(): void {
    const events = this.#options.servers.monitors.flatMap((monitor): ServerBackfillEvent[] => {
      const { id: connectionId, name } = monitor.connection;
      // A single connection needs no name.
      const origin = { connectionId, server: this.#options.servers.all.length > 1 ? name : undefined };
      const setting = this.#options.setting();
      const ends = monitor.snapshot.unreportedEnds.flatMap((end) => {
        const event = toEndEvent(monitor, end);
        const isWanted =
          event !== undefined && (setting === 'all' || (setting === 'problems' && isProblem(event)));
        return isWanted && this.#lock.tryAcquire(getEventKey(connectionId, event)) ? [event] : [];
      });
      const stalls = this.#findUnreportedStalls(monitor).filter((event) =>
        this.#acquireStall(connectionId, event),
      );
      return [...ends, ...stalls]
        .filter(({ backfill }) => !this.#isShown(connectionId, backfill))
        .filter((event) => isProblem(event) || !this.#isQueued(monitor, event))
        .map((event) => ({ ...event, ...origin }));
    });
    const [first, ...others] = events;
    if (first !== undefined) {
      void this.#options.showNotification(createNotification(first, ...others));
    }
    this.#reportedIds.clear();
    for (const monitor of this.#options.servers.monitors) {
      monitor.clearUnreportedEnds();
    }
  }

  #isShown(connectionId: string, { sinkId, id }: Backfill): boolean {
    return this.#options.isShown({ connectionId, sinkId, backfillId: id });
  }

  #acquireStall(connectionId: string, event: StallEvent): boolean {
    const key = getEventKey(connectionId, event);
    const stall = this.#stalls.get(key);
    const acquiredAt = this.#lock.getAcquiredAt(key);
    if (stall !== undefined) {
      stall.reportedAt = this.#options.clock.now();
    }
    return acquiredAt === undefined ? this.#lock.tryAcquire(key) : this.#lock.tryReacquire(key, acquiredAt);
  }

  /**
   * Acquires the lock for backfills that this window is cancelling, before another window can observe the
   * cancellation, so that no window notifies the user of their own action. Releases the lock if the write fails, so
   * that a later cancellation by someone else is shown.
   */
  #updateLocalCancels({ connection, snapshot }: ServerMonitor): void {
    const { id: connectionId } = connection;
    for (const write of snapshot.pendingWrites.values()) {
      const backfill =
        write.kind === 'change' && write.change === 'cancel'
          ? findBackfill(snapshot, write.sinkId, write.backfillId)
          : undefined;
      const key = backfill && getEventKey(connectionId, { kind: 'cancelled', backfill });
      if (backfill !== undefined && key !== undefined && !this.#localCancels.has(key)) {
        this.#localCancels.set(key, { connectionId, sinkId: backfill.sinkId, backfillId: backfill.id });
        this.#lock.tryAcquire(key);
      }
    }
    for (const [key, { connectionId: cancelConnectionId, sinkId, backfillId }] of this.#localCancels) {
      if (cancelConnectionId === connectionId && !snapshot.pendingWrites.has(backfillId)) {
        this.#localCancels.delete(key);
        if (findBackfill(snapshot, sinkId, backfillId)?.state !== 'cancelled') {
          this.#lock.release(key);
        }
      }
    }
  }

  #forgetRemovedServers(): void {
    const connectionIds = new Set(this.#options.servers.all.map(({ state }) => getConnectionId(state)));
    for (const records of [this.#stalls, this.#localCancels]) {
      for (const [key, { connectionId }] of records) {
        if (!connectionIds.has(connectionId)) {
          records.delete(key);
        }
      }
    }
    for (const records of [this.#tokenRejected, this.#firstContacts]) {
      for (const connectionId of records.keys()) {
        if (!connectionIds.has(connectionId)) {
          records.delete(connectionId);
        }
      }
    }
  }
}
