import type { NotificationsSetting } from '../contributions/parseSetting.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import { findBackfill, type SnapshotChange } from '../servers/Snapshot.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase, type Disposable } from '../shared/lifecycle.ts';
import { NotificationLock } from './NotificationLock.ts';
import { findBackfillEvents, getEventKey } from './backfillEvents.ts';
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
  /** Where the windows settle who tells what; made when there is something to tell. */
  readonly folder: string;
  /** Asked for each time. */
  readonly setting: () => NotificationsSetting;
  /** Shows a notice and does what the user chooses. Must not throw. */
  readonly showNotification: (notification: Notification) => Promise<void>;
}

/** What happens within this time is told at once. */
const batchDelayMs = 1_000;

/**
 * Tells of what happens to backfills while nobody looks: each thing once, over reloads, sleep and all windows
 * of this machine; and keeps the monitor going in the background for it.
 */
export class Notifier extends DisposableBase {
  readonly #options: NotifierOptions;
  readonly #lock: NotificationLock;
  /** What this window has taken up: a stall is seen again at each answer, and need not be claimed again. */
  readonly #handledKeys = new Set<string>();
  /** The cancels of this window that it has claimed. */
  readonly #localCancelKeys = new Set<string>();
  #pendingEvents: { readonly key: string; readonly event: ServerBackfillEvent }[] = [];
  /** Whether the token of a server was refused or taken when it was last asked, by address. */
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
        this.updateWatches();
      }),
    );
    this.register(
      options.servers.onDidChangeSnapshot(({ monitor, change }) => {
        if (change.sinksLoadChanged) {
          this.#notifyTokenRejected(monitor);
        }
        this.#collectEvents(monitor, change);
      }),
    );
  }

  /** To be called once the window is idle: from now on the server is asked also while nobody looks. */
  start(): void {
    this.#isStarted = true;
    this.updateWatches();
    void this.#lock.deleteExpired();
  }

  /** To be called when the setting is another one. */
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
   * That a token is refused is told once, by one window, until the server has taken a token again: however many
   * requests were under way, and also over reloads.
   */
  #notifyTokenRejected({ connection, snapshot }: ServerMonitor): void {
    const { address, name } = connection;
    const { failure, loading, fromCache } = snapshot.sinksLoad;
    const key = JSON.stringify([address, 'tokenRefused']);
    if (failure?.kind === 'unauthorized') {
      if (this.#tokenRejected.get(address) !== true && this.#options.setting() !== 'off') {
        this.#tokenRejected.set(address, true);
        if (this.#lock.tryAcquire(key)) {
          void this.#options.showNotification(createTokenRejectedNotification(address, name));
        }
      }
    } else if (
      failure === undefined &&
      !loading &&
      fromCache !== true &&
      this.#tokenRejected.get(address) !== false
    ) {
      this.#tokenRejected.set(address, false);
      this.#lock.release(key);
    }
  }

  #collectEvents(monitor: ServerMonitor, change: SnapshotChange): void {
    const setting = this.#options.setting();
    if (setting === 'off') {
      return;
    }
    this.#claimLocalCancels(monitor);
    const { address, name } = monitor.connection;
    // Of one server there is nothing to tell it from.
    const origin = { address, server: this.#options.servers.all.length > 1 ? name : undefined };
    for (const event of findBackfillEvents(monitor, change)) {
      const key = getEventKey(monitor.connection.address, event);
      if (this.#handledKeys.has(key) || (setting !== 'all' && !isProblem(event))) {
        continue;
      }
      this.#handledKeys.add(key);
      // Who cancelled it knows.
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
   * Claims what this window is about to cancel, before another window can see that it is: nobody is to tell the user
   * what the user has just done. Where it does not come to that, somebody else's cancel is to be told again.
   */
  #claimLocalCancels({ connection, snapshot }: ServerMonitor): void {
    for (const write of snapshot.pendingWrites.values()) {
      const backfill =
        write.kind === 'change' ? findBackfill(snapshot, write.sinkId, write.backfillId) : undefined;
      if (backfill === undefined || write.kind !== 'change' || write.change !== 'cancel') {
        continue;
      }
      const key = getEventKey(connection.address, { kind: 'cancelled', backfill });
      if (!write.settled && !this.#localCancelKeys.has(key)) {
        this.#localCancelKeys.add(key);
        this.#lock.tryAcquire(key);
      } else if (write.settled && backfill.state !== 'cancelled' && this.#localCancelKeys.delete(key)) {
        this.#lock.release(key);
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
