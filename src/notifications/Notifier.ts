import type { Monitor } from '../monitor/Monitor.ts';
import type { Monitors } from '../monitor/Monitors.ts';
import { findBackfill, type SnapshotChange } from '../monitor/Snapshot.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase, type Disposable } from '../shared/lifecycle.ts';
import { Claims } from './Claims.ts';
import { happeningsOf, identityOf } from './happenings.ts';
import { isProblem, noticeOf, refusedNotice, type Located, type Notice } from './notice.ts';

/** What `sequin.notifications` may say. */
export type NotificationsSetting = 'all' | 'problems' | 'off';

export interface NotifierParts {
  readonly monitors: Monitors;
  readonly clock: Clock;
  /** Where the windows settle who tells what; made when there is something to tell. */
  readonly folder: string;
  /** Asked for each time. */
  readonly setting: () => NotificationsSetting;
  /** Shows a notice and does what the user chooses. Must not throw. */
  readonly show: (notice: Notice) => Promise<void>;
}

/** What happens within this time is told at once. */
const gatherMs = 1_000;

/**
 * Tells of what happens to backfills while nobody looks: each thing once, over reloads, sleep and all windows
 * of this machine; and keeps the monitor going in the background for it.
 */
export class Notifier extends DisposableBase {
  readonly #parts: NotifierParts;
  readonly #claims: Claims;
  /** What this window has taken up: a stall is seen again at each answer, and need not be claimed again. */
  readonly #seen = new Set<string>();
  /** The cancels of this window that it has claimed. */
  readonly #own = new Set<string>();
  #gathered: { readonly identity: string; readonly happening: Located }[] = [];
  /** Whether the token of a server was refused or taken when it was last asked, by address. */
  readonly #refused = new Map<string, boolean>();
  #timer: Disposable | undefined;
  #watches: readonly Disposable[] = [];
  #begun = false;

  constructor(parts: NotifierParts) {
    super();
    this.#parts = parts;
    this.#claims = new Claims(parts.folder, parts.clock);
    this.register(
      parts.monitors.onDidSwitch(() => {
        this.follow();
      }),
    );
    this.register(
      parts.monitors.onDidChange(({ monitor, change }) => {
        if (change.sinksLoad) {
          this.#tellRefused(monitor);
        }
        this.#gather(monitor, change);
      }),
    );
  }

  /** To be called once the window is idle: from now on the server is asked also while nobody looks. */
  begin(): void {
    this.#begun = true;
    this.follow();
    void this.#claims.sweep();
  }

  /** To be called when the setting is another one. */
  follow(): void {
    const before = this.#watches;
    const wanted = this.#begun && this.#parts.setting() !== 'off';
    this.#watches = wanted ? this.#parts.monitors.all.map((monitor) => monitor.watch('background')) : [];
    for (const watch of before) {
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
  #tellRefused({ connection, snapshot }: Monitor): void {
    const { address, name } = connection;
    const { failure, loading, kept } = snapshot.sinksLoad;
    const identity = JSON.stringify([address, 'tokenRefused']);
    if (failure?.kind === 'unauthorized') {
      if (this.#refused.get(address) !== true && this.#parts.setting() !== 'off') {
        this.#refused.set(address, true);
        if (this.#claims.claim(identity)) {
          void this.#parts.show(refusedNotice(address, name));
        }
      }
    } else if (failure === undefined && !loading && kept !== true && this.#refused.get(address) !== false) {
      this.#refused.set(address, false);
      this.#claims.release(identity);
    }
  }

  #gather(monitor: Monitor, change: SnapshotChange): void {
    const setting = this.#parts.setting();
    if (setting === 'off') {
      return;
    }
    this.#claimOwn(monitor);
    const { address, name } = monitor.connection;
    // Of one server there is nothing to tell it from.
    const where = { address, server: this.#parts.monitors.servers.length > 1 ? name : undefined };
    for (const happening of happeningsOf(monitor, change)) {
      const identity = identityOf(monitor.connection.address, happening);
      if (this.#seen.has(identity) || (setting !== 'all' && !isProblem(happening))) {
        continue;
      }
      this.#seen.add(identity);
      // Who cancelled it knows.
      if (!change.endedHere.has(happening.backfill.id)) {
        this.#gathered.push({ identity, happening: { ...happening, ...where } });
      }
    }
    if (this.#gathered.length > 0) {
      this.#timer ??= this.#parts.clock.after(gatherMs, () => {
        this.#tell();
      });
    }
  }

  /**
   * Claims what this window is about to cancel, before another window can see that it is: nobody is to tell the user
   * what the user has just done. Where it does not come to that, somebody else's cancel is to be told again.
   */
  #claimOwn({ connection, snapshot }: Monitor): void {
    for (const write of snapshot.writes.values()) {
      const backfill =
        write.kind === 'change' ? findBackfill(snapshot, write.sinkId, write.backfillId) : undefined;
      if (backfill === undefined || write.kind !== 'change' || write.change !== 'cancel') {
        continue;
      }
      const identity = identityOf(connection.address, { kind: 'cancelled', backfill });
      if (!write.settled && !this.#own.has(identity)) {
        this.#own.add(identity);
        this.#claims.claim(identity);
      } else if (write.settled && backfill.state !== 'cancelled' && this.#own.delete(identity)) {
        this.#claims.release(identity);
      }
    }
  }

  #tell(): void {
    const gathered = this.#gathered;
    this.#gathered = [];
    this.#timer = undefined;
    const [first, ...others] = gathered.filter(({ identity }) => this.#claims.claim(identity));
    if (first !== undefined) {
      void this.#parts.show(noticeOf(first.happening, ...others.map(({ happening }) => happening)));
    }
  }
}
