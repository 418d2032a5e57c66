import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { Clock } from '../shared/clock.ts';
import type { FileLock } from '../shared/FileLock.ts';
import { findStallEvents, getSinkStopKey, getStallKey, type StallEvent } from './backfillEvents.ts';

/** How long a stall lasts before it is reported, in ms. Until then, the user may fix it or a slow page may complete. */
const stallConfirmationMs = 30_000;
/** The shortest interval between two notifications about stalls of the same backfill or database, in ms. */
const stallIntervalMs = 3600_000;
/**
 * A stall that began more than this long before the first contact with the server, in ms, isn't reported in that
 * session. The badge and the status bar show it.
 */
const oldStallMs = 60_000;
/** How long the last pages of a backfill may keep arriving after its sink was paused or disabled, in ms. */
const lastPagesMs = 60_000;

/** The stalls of one backfill, or of one database. Times are local, because the server's clock may be wrong. */
interface StallRecord {
  /** The id of the backfill; for a database, the id of any of its backfills. */
  readonly backfillId: string;
  /** When this window first observed the current stall, as a monotonic time; undefined while there is no stall. */
  observedAt: number | undefined;
  /**
   * When any window last reported a stall, in milliseconds since the epoch; undefined if this window knows of no such
   * report.
   */
  reportedAt: number | undefined;
  /** Whether the user caused the current stall by pausing or disabling the sink. Such a stall isn't reported. */
  isFromUser: boolean;
}

/** Remembers the stalls of a connection and when they were reported, so that only one window reports each stall. */
export class StallReports {
  readonly #connectionId: string;
  readonly #clock: Clock;
  readonly #lock: FileLock;
  /** By the key of the stall. */
  readonly #stalls = new Map<string, StallRecord>();
  /**
   * When the server first responded, as a monotonic time; negative infinity if that was in an earlier session;
   * undefined if the server hasn't responded yet.
   */
  #contactedAt: number | undefined;

  /** `lock` is shared by all windows on this machine. */
  constructor(connectionId: string, clock: Clock, lock: FileLock) {
    this.#connectionId = connectionId;
    this.#clock = clock;
    this.#lock = lock;
  }

  /** The number of remembered stalls. */
  get rememberedCount(): number {
    return this.#stalls.size;
  }

  /**
   * Records when the server first responded and which backfills are stalled. Forgets stalls that are over, except for
   * reported stalls of unfinished backfills.
   */
  observe(monitor: ServerMonitor): void {
    const { loadedAt, fromCache } = monitor.snapshot.sinksLoad;
    if (loadedAt !== undefined) {
      this.#contactedAt ??= fromCache === true ? Number.NEGATIVE_INFINITY : this.#clock.monotonicNow();
    }
    const events = findStallEvents(monitor);
    if (events === undefined) {
      return;
    }
    const stalledKeys = new Set<string>();
    for (const event of events) {
      const key = getStallKey(this.#connectionId, event);
      const { observedAt, reportedAt, isFromUser = false } = this.#stalls.get(key) ?? {};
      stalledKeys.add(key);
      this.#stalls.set(key, {
        backfillId: event.backfill.id,
        observedAt: observedAt ?? this.#clock.monotonicNow(),
        // A time in the future was recorded before the clock was set back. It counts as unknown.
        reportedAt: reportedAt !== undefined && reportedAt > this.#clock.now() ? undefined : reportedAt,
        isFromUser,
      });
    }
    for (const [key, stall] of this.#stalls) {
      if (!stalledKeys.has(key)) {
        stall.observedAt = undefined;
        stall.isFromUser = false;
        if (stall.reportedAt === undefined || !monitor.snapshot.progressTracks.has(stall.backfillId)) {
          this.#stalls.delete(key);
        }
      }
    }
  }

  /**
   * Finds the confirmed stalls that are due to be reported, at most one per hour for each backfill or database. If
   * another window reported a stall, records when.
   */
  findUnreported(monitor: ServerMonitor): StallEvent[] {
    const now = this.#clock.now();
    const monotonicNow = this.#clock.monotonicNow();
    const contactedAt = this.#contactedAt ?? Number.NEGATIVE_INFINITY;
    return (findStallEvents(monitor) ?? []).flatMap((event) => {
      const key = getStallKey(this.#connectionId, event);
      const stall = this.#stalls.get(key);
      const stalledSince = event.stall.idleSince - monitor.snapshot.clockSkewMs;
      if (
        stall?.observedAt === undefined ||
        monotonicNow - stall.observedAt < stallConfirmationMs ||
        now - stalledSince > monotonicNow - contactedAt + oldStallMs
      ) {
        return [];
      }
      const isDue = ({ reportedAt }: StallRecord): boolean =>
        reportedAt === undefined || (stalledSince > reportedAt && now - reportedAt >= stallIntervalMs);
      if (!isDue(stall) || this.#isFromSinkStop(event, stall, stalledSince)) {
        return [];
      }
      stall.reportedAt = this.#lock.getAcquiredAt(key) ?? stall.reportedAt;
      return isDue(stall) ? [{ ...event, isRepeated: stall.reportedAt !== undefined }] : [];
    });
  }

  /**
   * Whether a stall began because the user paused or disabled the sink in a window of this machine. Remembers such
   * stalls, because a stall may last for days, and each check reads a file.
   * @param stalledSince the start of the stall, as a local time
   */
  #isFromSinkStop({ stall, backfill }: StallEvent, record: StallRecord, stalledSince: number): boolean {
    const { kind } = stall.cause;
    if (kind !== 'sinkPaused' && kind !== 'sinkDisabled') {
      return false;
    }
    if (!record.isFromUser) {
      const stoppedAt = this.#lock.getAcquiredAt(getSinkStopKey(this.#connectionId, backfill.sinkId));
      record.isFromUser = stoppedAt !== undefined && stalledSince < stoppedAt + lastPagesMs;
    }
    return record.isFromUser;
  }

  /** Records a stall as reported. Returns whether this window must report it; if not, another window has. */
  acquire(event: StallEvent): boolean {
    const key = getStallKey(this.#connectionId, event);
    const stall = this.#stalls.get(key);
    const now = this.#clock.now();
    if (stall !== undefined) {
      stall.reportedAt = now;
    }
    return this.#lock.tryAcquire(key, now - stallIntervalMs);
  }
}
