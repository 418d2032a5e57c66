import type { SequinApi } from '../api/SequinApi.ts';
import type { Clock } from '../shared/clock.ts';
import type { RequestSender } from './RequestSender.ts';
import type { SnapshotStore } from './SnapshotStore.ts';

/** What the parts of a monitor need to send requests to one server and to apply the responses. */
export interface RequestContext {
  readonly api: SequinApi;
  readonly store: SnapshotStore;
  readonly clock: Clock;
  readonly sender: RequestSender;
  /** Aborts all reads. A write that was sent is never aborted. */
  readonly signal: AbortSignal;
}
