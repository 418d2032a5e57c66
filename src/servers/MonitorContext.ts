import type { SequinApi } from '../api/SequinApi.ts';
import type { Clock } from '../shared/clock.ts';
import type { RequestSender } from './RequestSender.ts';
import type { SnapshotStore } from './SnapshotStore.ts';
import type { Watchers } from './Watchers.ts';

/** What the parts of a monitor need to plan requests to one server, to send them, and to apply the responses. */
export interface MonitorContext {
  readonly api: SequinApi;
  readonly store: SnapshotStore;
  readonly clock: Clock;
  readonly sender: RequestSender;
  readonly watchers: Watchers;
  /** Returns the shortest polling interval in milliseconds; 0 turns automatic polling off. */
  readonly intervalMs: () => number;
  /** Returns the number of windows that poll this server, this one included. */
  readonly countWindows: () => number;
  /** Aborts all reads. A write that was sent is never aborted. */
  readonly signal: AbortSignal;
}
