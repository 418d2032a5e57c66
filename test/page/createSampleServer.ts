import type { Backfill } from '../../src/model/Backfill.ts';
import type { Sink } from '../../src/model/Sink.ts';
import type { ServerView } from '../../src/servers/ServerMonitor.ts';
import { emptySnapshot, type Snapshot } from '../../src/servers/Snapshot.ts';
import { setLocale } from '../../src/text/format.ts';
import { connectionTo, now, sink } from '../unit/samples.ts';

setLocale('en', 'Europe/Berlin');

/** The server's time in all samples. */
export const serverNow = now + 240_000;

/** Creates a sink with a long address and several tables. By default, all its checks are healthy. */
export function createSampleSink(fields: Partial<Sink> = {}): Sink {
  const { destination } = sink();
  const hosts = 'kafka-1.shop.internal:9092,kafka-2.shop.internal:9092';
  return sink({
    destination: {
      ...destination,
      address: `shop.orders @ ${hosts}`,
      fields: { ...destination.fields, hosts },
    },
    source: {
      includeSchemas: null,
      excludeSchemas: null,
      includeTables: ['public.orders', 'public.order_items', 'public.sessions'],
      excludeTables: null,
    },
    health: createHealth(),
    ...fields,
  });
}

/** Creates a server with a sink and at most one of its backfills. */
export function createSampleServer(
  shownSink: Sink,
  backfill?: Backfill,
  changes: Partial<Snapshot> = {},
): ServerView {
  const loaded = { loading: false, loadedAt: serverNow - 2_000, failure: undefined };
  const backfills = new Map(backfill && [[backfill.id, backfill]]);
  const snapshot = {
    ...emptySnapshot,
    sinks: new Map([[shownSink.id, shownSink]]),
    backfills: new Map([[shownSink.id, backfills]]),
    sinksLoad: loaded,
    backfillListLoads: new Map([[shownSink.id, loaded]]),
    ...changes,
  };
  return { connection: connectionTo('http://localhost:7376'), snapshot, serverNow };
}

/** Creates the health of a sink in which only these checks fail. */
export function createHealth(
  failing: Readonly<Record<string, { readonly status: string; readonly error: string | null }>> = {},
): NonNullable<Sink['health']> {
  const names = [
    'Sink configuration',
    'Message filtering',
    'Message ingestion',
    'Message delivery',
    'Message acknowledgement',
  ];
  const checks = names.map((name) => ({ name, status: 'healthy', error: null, ...failing[name] }));
  return { status: Object.keys(failing).length > 0 ? 'error' : 'healthy', checks };
}
