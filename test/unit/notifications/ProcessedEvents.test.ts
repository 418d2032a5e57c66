import assert from 'node:assert/strict';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { getEventKey, type BackfillEventId } from '../../../src/notifications/backfillEvents.ts';
import { ProcessedEvents } from '../../../src/notifications/ProcessedEvents.ts';
import { emptySnapshot, neverLoaded, type LoadState } from '../../../src/servers/Snapshot.ts';
import { backfill, connectionTo, now } from '../samples.ts';

const address = 'http://localhost:7376';
const otherAddress = 'https://shop.example';
const loaded = { ...neverLoaded, loadedAt: now };

describe('ProcessedEvents', () => {
  let events: ProcessedEvents;
  const stall: BackfillEventId = { kind: 'stalled', backfill: backfill() };
  const completion: BackfillEventId = { kind: 'completed', backfill: backfill() };

  beforeEach(() => {
    events = new ProcessedEvents();
    events.add(address, stall);
    events.add(address, completion);
    events.add(otherAddress, stall);
  });

  const remembered = () =>
    [
      [address, stall],
      [address, completion],
      [otherAddress, stall],
    ].map(([of, event]) => events.has(getEventKey(of as string, event as BackfillEventId)));

  const prune = (backfills: readonly Backfill[], sinksLoad: LoadState = loaded) => {
    const bySink = Map.groupBy(backfills, ({ sinkId }) => sinkId);
    events.prune({
      connection: connectionTo(address),
      snapshot: {
        ...emptySnapshot,
        sinksLoad,
        backfills: new Map(
          [...bySink].map(([sinkId, group]) => [sinkId, new Map(group.map((one) => [one.id, one]))]),
        ),
      },
    });
  };

  it('remembers an event once', () => {
    events.add(address, stall);
    assert.equal(events.size, 3);
    assert.deepEqual(remembered(), [true, true, true]);
  });

  it('keeps the events of a backfill that did not change', () => {
    prune([backfill()]);
    assert.deepEqual(remembered(), [true, true, true]);
  });

  it('removes a stall once the backfill changes', () => {
    prune([backfill({ updatedAt: now })]);
    assert.deepEqual(remembered(), [false, true, true]);
  });

  it('removes the events of a backfill that no longer exists, on its server only', () => {
    prune([backfill({ id: 'another backfill' })]);
    assert.deepEqual(remembered(), [false, false, true]);
  });

  it('keeps all events until the sinks have loaded', () => {
    prune([], neverLoaded);
    assert.deepEqual(remembered(), [true, true, true]);
  });

  it('removes the events of removed servers', () => {
    events.keepServers(new Set([otherAddress]));
    assert.deepEqual(remembered(), [false, false, true]);
  });
});
