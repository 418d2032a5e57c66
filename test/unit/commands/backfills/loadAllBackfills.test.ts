import assert from 'node:assert/strict';
import type { Listing, SequinApi } from '../../../../src/api/SequinApi.ts';
import { loadAllBackfills } from '../../../../src/commands/backfills/loadAllBackfills.ts';
import type { Backfill } from '../../../../src/model/Backfill.ts';
import { type Failure, SequinError } from '../../../../src/model/failure.ts';
import { ServerMonitor } from '../../../../src/servers/ServerMonitor.ts';
import { backfill, connectionTo, now, sink } from '../../samples.ts';
import { TestClock } from '../../TestClock.ts';

const connection = connectionTo('http://localhost:7376');
const older = backfill({ id: '1', state: 'completed' });
const newer = backfill({ id: '2', insertedAt: older.insertedAt + 1_000 });

describe('loadAllBackfills', () => {
  const { id: sinkId } = sink();
  let requests: { answer: (items: readonly Backfill[]) => void; fail: (failure: Failure) => void }[];
  let monitor: ServerMonitor;
  let clock: TestClock;

  beforeEach(() => {
    requests = [];
    clock = new TestClock(now);
    const listBackfills: SequinApi['listBackfills'] = (_sinkId, { signal } = {}) =>
      new Promise<Listing<Backfill>>((resolve, reject) => {
        const fail = (failure: Failure): void => {
          reject(new SequinError(failure));
        };
        signal?.addEventListener('abort', () => {
          clock.schedule(1_000, () => {
            fail({ kind: 'cancelled' });
          });
        });
        requests.push({
          answer: (items) => {
            resolve({ items, skipped: 0 });
          },
          fail,
        });
      });
    const api = { listBackfills } as SequinApi;
    monitor = new ServerMonitor({ connection, api, clock, intervalMs: () => 2_000 });
  });
  afterEach(() => {
    monitor.dispose();
  });

  const load = () => loadAllBackfills(monitor, sinkId);
  const getRequest = () => requests.at(-1) ?? assert.fail('no request');

  it('returns the backfills newest first', async () => {
    const loading = load();
    getRequest().answer([older, newer]);
    assert.deepEqual(await loading, [newer, older]);
  });

  it('requests a loaded list again', async () => {
    const loading = load();
    getRequest().answer([older]);
    await loading;
    const reloading = load();
    getRequest().answer([newer, older]);
    assert.deepEqual(await reloading, [newer, older]);
    assert.equal(requests.length, 2);
  });

  it('joins a pending request', async () => {
    void monitor.backfillLists.refresh(sinkId);
    const loading = load();
    await clock.advance(1_000);
    assert.equal(requests.length, 1);
    getRequest().answer([older]);
    assert.deepEqual(await loading, [older]);
  });

  it('throws the failure of the request, even if an older list is known', async () => {
    const loading = load();
    getRequest().answer([older]);
    await loading;
    const reloading = load();
    getRequest().fail({ kind: 'timeout', afterMs: 60_000 });
    await assert.rejects(reloading, { failure: { kind: 'timeout', afterMs: 60_000 } });
  });

  it('returns undefined after the request was cancelled', async () => {
    const loading = load();
    monitor.backfillLists.cancel(sinkId);
    await clock.advance(1_000);
    assert.equal(await loading, undefined);
  });

  it('returns undefined to every caller when the connection is removed', async () => {
    const loading = [load(), load()];
    await clock.advance(1);
    monitor.dispose();
    await clock.advance(1_000);
    assert.deepEqual(await Promise.all(loading), [undefined, undefined]);
  });
});
