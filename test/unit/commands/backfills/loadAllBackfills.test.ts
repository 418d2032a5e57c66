import assert from 'node:assert/strict';
import { SequinError, type Failure } from '../../../../src/model/failure.ts';
import type { Listing, SequinApi } from '../../../../src/api/SequinApi.ts';
import { loadAllBackfills } from '../../../../src/commands/backfills/loadAllBackfills.ts';
import type { Backfill } from '../../../../src/model/Backfill.ts';
import { ServerMonitor } from '../../../../src/servers/ServerMonitor.ts';
import { ServerRegistry } from '../../../../src/servers/ServerRegistry.ts';
import { backfill, connectionTo, now, serversOf, sink } from '../../samples.ts';
import { TestClock } from '../../TestClock.ts';

const connection = connectionTo('http://localhost:7376');
const older = backfill({ id: '1', state: 'completed' });
const newer = backfill({ id: '2', insertedAt: older.insertedAt + 1_000 });

describe('the whole history of a sink', () => {
  const { id: sinkId } = sink();
  let requests: { answer: (items: readonly Backfill[]) => void; fail: (failure: Failure) => void }[];
  let servers: ServerRegistry;
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
    servers = new ServerRegistry();
    servers.setServers(serversOf(monitor));
  });
  afterEach(() => {
    servers.dispose();
    monitor.dispose();
  });

  const history = (forceReload: boolean) =>
    loadAllBackfills({ servers: servers, monitor }, sinkId, { forceReload });
  const request = () => requests.at(-1) ?? assert.fail('nothing is asked');

  it('is asked for, and is newest first', async () => {
    const asked = history(false);
    request().answer([older, newer]);
    assert.deepEqual(await asked, [newer, older]);
  });

  it('is asked for again only where it must be new', async () => {
    const asked = history(false);
    request().answer([older]);
    await asked;
    assert.deepEqual(await history(false), [older]);
    assert.equal(requests.length, 1);
    const again = history(true);
    request().answer([newer, older]);
    assert.deepEqual(await again, [newer, older]);
    assert.equal(requests.length, 2);
  });

  it('waits for a request that is under way', async () => {
    monitor.ensureBackfillList(sinkId);
    for (const anew of [true, false]) {
      const asked = history(anew);
      await clock.turn(1_000);
      assert.equal(requests.length, 1);
      if (anew) {
        request().answer([older]);
      }
      assert.deepEqual(await asked, [older]);
    }
  });

  it('throws why it cannot be told, also where an older one is known', async () => {
    for (const anew of [false, true]) {
      const asked = history(anew);
      request().fail({ kind: 'timeout', afterMs: 60_000 });
      await assert.rejects(asked, { failure: { kind: 'timeout', afterMs: 60_000 } });
      const answered = history(false);
      request().answer([older]);
      await answered;
    }
  });

  it('is not told where it was given up', async () => {
    const asked = history(true);
    monitor.cancelBackfillList(sinkId);
    await clock.turn(1_000);
    assert.equal(await asked, undefined);
  });

  it('ends with the connection, whoever asked for it', async () => {
    const first = history(true);
    const second = history(true);
    await clock.turn(1);
    servers.setServers([]);
    monitor.dispose();
    assert.equal(await second, undefined);
    await clock.turn(1_000);
    assert.equal(await first, undefined);
  });
});
