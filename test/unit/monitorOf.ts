import type { Connection } from '../../src/model/Connection.ts';
import { ServerMonitor } from '../../src/servers/ServerMonitor.ts';
import type { Snapshot } from '../../src/servers/Snapshot.ts';
import { apiWith, connectionTo, now } from './samples.ts';
import { TestClock } from './TestClock.ts';

/** Creates a monitor that has the given snapshot and sends no requests. */
export function monitorOf(
  snapshot: Snapshot,
  connection: Connection = connectionTo('http://localhost:7376'),
): ServerMonitor {
  const clock = new TestClock(now);
  return new ServerMonitor({ connection, api: apiWith({}), clock, intervalMs: () => 0, snapshot });
}
