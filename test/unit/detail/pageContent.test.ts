import assert from 'node:assert/strict';
import type { Failure } from '../../../src/api/failure.ts';
import { pageContent } from '../../../src/detail/pageContent.ts';
import type { Monitor } from '../../../src/monitor/Monitor.ts';
import { emptySnapshot, type Snapshot } from '../../../src/monitor/Snapshot.ts';
import { setLocale } from '../../../src/text/format.ts';
import { backfill, now, sink } from '../samples.ts';

const origin = 'http://localhost:7376';
const key = { origin, sinkId: sink().id, backfillId: backfill().id };

describe('what a backfill’s page shows', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  const known: Snapshot = {
    ...emptySnapshot,
    sinks: new Map([[sink().id, sink()]]),
    backfills: new Map([[sink().id, new Map([[backfill().id, backfill()]])]]),
    sinksLoad: { loading: false, loadedAt: now, failure: undefined },
  };

  function show(snapshot: Snapshot, failure?: Failure) {
    const monitor: Pick<Monitor, 'connection' | 'snapshot' | 'serverNow'> = {
      connection: { origin, address: origin },
      snapshot,
      serverNow: now,
    };
    return pageContent(key, monitor, failure);
  }

  it('its facts, and nothing above them while all is well', () => {
    const { page, notice } = show(known);
    assert.equal(page?.title, 'public.orders');
    assert.equal(page.subtitle, 'orders-kafka · Kafka · orders @ kafka:9092');
    assert.equal(notice, undefined);
  });

  it('that it is on its way', () => {
    assert.deepEqual(show(emptySnapshot).notice, { text: 'Loading…', action: undefined });
  });

  it('that it exists no more', () => {
    const { page, notice } = show({ ...known, backfills: new Map() }, { kind: 'notFound', what: 'backfill' });
    assert.equal(page, undefined);
    assert.equal(notice?.text, 'This backfill does not exist any more.');
  });

  it('what is known, from when it is, and why it is old', () => {
    const failure = { kind: 'network', reason: 'refused' } as const;
    const { page, notice } = show({ ...known, sinksLoad: { ...known.sinksLoad, failure } });
    assert.equal(page?.title, 'public.orders');
    assert.equal(
      notice?.text,
      'Nothing listens at localhost:7376. Is Sequin running? This is from Jun 15, 2026, 12:00:00 PM.',
    );
    assert.equal(notice.action?.id, 'refresh');
  });

  it('that what it shows is of the last session', () => {
    const { notice } = show({ ...known, sinksLoad: { ...known.sinksLoad, kept: true } });
    assert.equal(notice?.text, 'From 12:00:00 PM · asking localhost:7376…');
  });

  it('that there is no connection to its server', () => {
    const { page, notice } = pageContent(key, undefined, undefined);
    assert.equal(page, undefined);
    assert.equal(notice?.action?.id, 'connect');
  });
});
