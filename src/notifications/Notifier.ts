import type { NotificationsSetting } from '../contributions/parseSetting.ts';
import type { BackfillRef } from '../model/BackfillRef.ts';
import { getConnectionId } from '../model/Connection.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import { findBackfill, type SnapshotChange } from '../servers/Snapshot.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase, type Disposable } from '../shared/lifecycle.ts';
import { NotificationLock } from './NotificationLock.ts';
import { findBackfillEvents, getEventKey } from './backfillEvents.ts';
import { ProcessedEvents } from './ProcessedEvents.ts';
import {
  isProblem,
  createNotification,
  createTokenRejectedNotification,
  type ServerBackfillEvent,
  type Notification,
} from './notification.ts';

export interface NotifierOptions {
  readonly servers: ServerRegistry;
  readonly clock: Clock;
  /** The folder of the lock files that all windows share. Created on first use. */
  readonly folder: string;
  /** Returns the current value of the setting. */
  readonly setting: () => NotificationsSetting;
  /** Shows a notification and runs the selected action. Must not throw. */
  readonly showNotification: (notification: Notification) => Promise<void>;
}

/** Events within this time are combined into one notification. */
const batchDelayMs = 1_000;

/**
 * Notifies about finished and stalled backfills and rejected tokens, and polls in the background for this. Shows each
 * event once, across reloads, sleep and all windows on this machine.
 */
export class Notifier extends DisposableBase {
  readonly #options: NotifierOptions;
  readonly #lock: NotificationLock;
  readonly #processedEvents = new ProcessedEvents();
  /** The pending cancellations in this window for which it holds the lock, by event key. */
  readonly #localCancels = new Map<string, BackfillRef>();
  #pendingEvents: { readonly key: string; readonly event: ServerBackfillEvent }[] = [];
  /** Whether a server rejected or accepted the token in the last conclusive response, by connection id. */
  readonly #tokenRejected = new Map<string, boolean>();
  #timer: Disposable | undefined;
  #watches: readonly Disposable[] = [];
  #isStarted = false;

  constructor(options: NotifierOptions) {
    super();
    this.#options = options;
    this.#lock = new NotificationLock(options.folder, options.clock);
    this.register(
      options.servers.onDidChangeServers(() => {
        this.#forgetRemovedServers();
        this.updateWatches();
      }),
    );
    this.register(
      options.servers.onDidChangeSnapshot(({ monitor, change }) => {
        if (change.sinksLoadChanged) {
          this.#notifyTokenRejected(monitor);
        }
        this.#updateLocalCancels(monitor);
        this.#collectEvents(monitor, change);
        this.#processedEvents.prune(monitor);
      }),
    );
  }

  /** The number of remembered events, cancellations and tokens. */
  get rememberedCount(): number {
    const { size } = this.#processedEvents;
    return size + this.#localCancels.size + this.#pendingEvents.length + this.#tokenRejected.size;
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
    const key = JSON.stringify([id, 'tokenRefused']);
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

  #collectEvents(monitor: ServerMonitor, change: SnapshotChange): void {
    const setting = this.#options.setting();
    if (setting === 'off') {
      return;
    }
    const { id, name } = monitor.connection;
    // A single connection needs no name.
    const origin = { connectionId: id, server: this.#options.servers.all.length > 1 ? name : undefined };
    for (const event of findBackfillEvents(monitor, change)) {
      const key = getEventKey(id, event);
      if (this.#processedEvents.has(key) || (setting !== 'all' && !isProblem(event))) {
        continue;
      }
      this.#processedEvents.add(id, event);
      // The user who cancelled it in this window needs no notification.
      if (!change.cancelledHereIds.has(event.backfill.id)) {
        this.#pendingEvents.push({ key, event: { ...event, ...origin } });
      }
    }
    if (this.#pendingEvents.length > 0) {
      this.#timer ??= this.#options.clock.schedule(batchDelayMs, () => {
        this.#notifyPending();
      });
    }
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
    this.#processedEvents.keepServers(connectionIds);
    for (const [key, { connectionId }] of this.#localCancels) {
      if (!connectionIds.has(connectionId)) {
        this.#localCancels.delete(key);
      }
    }
    for (const connectionId of this.#tokenRejected.keys()) {
      if (!connectionIds.has(connectionId)) {
        this.#tokenRejected.delete(connectionId);
      }
    }
  }

  #notifyPending(): void {
    const events = this.#pendingEvents;
    this.#pendingEvents = [];
    this.#timer = undefined;
    const [first, ...others] = events.filter(({ key }) => this.#lock.tryAcquire(key));
    if (first !== undefined) {
      void this.#options.showNotification(
        createNotification(first.event, ...others.map(({ event }) => event)),
      );
    }
  }
}
