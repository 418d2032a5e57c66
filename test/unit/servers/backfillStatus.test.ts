import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SinkWithBackfills } from '../../../src/api/SequinApi.ts';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { SequinError } from '../../../src/model/failure.ts';
import { getLiveStatus } from '../../../src/servers/liveStatus.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { findBackfill, type Snapshot } from '../../../src/servers/Snapshot.ts';
import { getSnapshotPath, readSnapshot, writeSnapshot } from '../../../src/servers/snapshotFile.ts';
import { SnapshotStore } from '../../../src/servers/SnapshotStore.ts';
import { formatTableName } from '../../../src/text/backfillText.ts';
import { describeHistoryEvent } from '../../../src/text/historyText.ts';
import { apiWith, backfill, connectionTo, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

/**
 * A server with one backfill, and a store that receives the server's list of sinks every 2 s. VS Code, a gateway and
 * Sequin each have their own clock.
 */
class PolledServer {
  readonly store = new SnapshotStore();
  sink = sink();
  otherSinks: readonly SinkWithBackfills[] = [];
  backfill: Backfill = backfill({
    rowsInitial: 90_000_000,
    rowsProcessed: 0,
    insertedAt: now,
    updatedAt: now,
  });
  /** Whether the list of sinks contains the sink. */
  isListed = true;
  /** The gateway's clock minus Sequin's. The gateway writes the Date header. */
  gatewaySkewMs = 0;
  /** The local clock minus Sequin's. */
  localSkewMs = 0;
  /** Sequin's time, in milliseconds since the epoch. */
  time = now;
  /** The kinds of the causes, one for each poll that found the backfill stalled. */
  readonly stalls: string[] = [];

  get snapshot(): Snapshot {
    return this.store.snapshot;
  }

  /** The status that the views show. */
  get status() {
    const current = findBackfill(this.snapshot, this.sink.id, this.backfill.id) ?? assert.fail('no backfill');
    return getLiveStatus(this.snapshot, current, this.time + this.localSkewMs + this.snapshot.clockSkewMs);
  }

  /** The event texts of the backfill's history. */
  get timeline(): string[] {
    return (this.snapshot.progressHistories.get(this.backfill.id)?.events ?? []).map(describeHistoryEvent);
  }

  /** Polls for a number of seconds. A page of rows arrives every `pageSeconds`; by default, no page arrives. */
  poll(seconds: number, pageSeconds = Infinity): this {
    const startedAt = this.time;
    let pages = 0;
    while (this.time < startedAt + seconds * 1000) {
      this.time += 2_000;
      if (this.time - startedAt >= (pages + 1) * pageSeconds * 1000) {
        pages += 1;
        const rowsProcessed = Number(this.backfill.rowsProcessed) + 40_000;
        this.backfill = { ...this.backfill, rowsProcessed, updatedAt: this.time - 1_000 };
      }
      const items = [
        ...(this.isListed ? [{ sink: this.sink, unfinishedBackfills: [this.backfill] }] : []),
        ...this.otherSinks,
      ];
      const serverTime = this.time + this.gatewaySkewMs;
      this.store.applySinks({ items, skipped: 0, serverTime }, this.time + this.localSkewMs);
      if (this.status.status === 'stalled') {
        this.stalls.push(this.status.stall?.cause.kind ?? '');
      }
    }
    return this;
  }

  /** Restarts the server. It doesn't respond for a number of seconds, and discards the page that it was reading. */
  restart(seconds: number): this {
    this.store.setSinksLoad({ loading: false, failure: { kind: 'network', reason: 'refused' } });
    this.time += seconds * 1000;
    return this;
  }
}

describe('the status of a backfill', () => {
  it('is not stalled if a server restart discards a page that takes 174 s, unless the next page takes even longer', () => {
    const server = new PolledServer()
      .poll(174 * 4, 174)
      .poll(150)
      .restart(14)
      .poll(260);
    assert.equal(server.stalls.join(), '');
    server.poll(30);
    assert.equal(server.status.status, 'stalled', 'the next page is overdue');
    assert.ok(server.timeline.includes('Interrupted'));
  });

  it('is interrupted by a timeout of the list only if there is no progress during the timeout', () => {
    const server = new PolledServer().poll(200, 4);
    server.store.setSinksLoad({ failure: { kind: 'timeout', afterMs: 60_000 } });
    server.time += 60_000;
    server.backfill = { ...server.backfill, rowsProcessed: 2_300_000, updatedAt: server.time };
    server.store.applyBackfill(server.backfill, server.time);
    server.poll(20, 4);
    assert.ok(!server.timeline.includes('Interrupted'));
    server.store.setSinksLoad({ failure: { kind: 'timeout', afterMs: 60_000 } });
    server.time += 60_000;
    server.poll(20, 4);
    assert.ok(server.timeline.includes('Interrupted'), 'without progress, it may be a restart');
  });

  it('is not interrupted when the server rejects a request for the list of sinks, because the server is running then', () => {
    const server = new PolledServer().poll(200, 4);
    for (const failure of [{ kind: 'rateLimited', retryAfterMs: 1_000 }, { kind: 'unauthorized' }] as const) {
      server.store.setSinksLoad({ failure });
      server.poll(20, 4);
    }
    assert.ok(!server.timeline.includes('Interrupted'));
  });

  const edits: [string, (server: PolledServer) => void][] = [
    [
      'another sink of the database is edited',
      (server) => {
        server.otherSinks = [{ sink: sink({ id: 'other', name: 'renamed' }), unfinishedBackfills: [] }];
      },
    ],
    [
      'a sink is added to the database',
      (server) => {
        server.otherSinks = [...server.otherSinks, { sink: sink({ id: 'new' }), unfinishedBackfills: [] }];
      },
    ],
    [
      'a paused sink of the database is resumed',
      (server) => {
        server.otherSinks = [
          { sink: sink({ id: 'other', status: 'active', source: null }), unfinishedBackfills: [] },
        ];
      },
    ],
  ];
  for (const [name, edit] of edits) {
    it(`is interrupted, not stalled, and keeps its rate when ${name}`, () => {
      const server = new PolledServer();
      server.otherSinks = [{ sink: sink({ id: 'other', status: 'paused' }), unfinishedBackfills: [] }];
      server.poll(120, 8);
      const rate = server.status.estimate?.rowsPerSecond ?? assert.fail('no rate');
      server.poll(30);
      edit(server);
      server.poll(18).poll(16, 8);
      assert.equal(server.stalls.join(), '');
      assert.ok(server.timeline.includes('Interrupted'), server.timeline.join());
      const rateAfter = server.status.estimate?.rowsPerSecond ?? 0;
      assert.ok(Math.abs(rateAfter / rate - 1) < 0.1, `${rate} and then ${rateAfter} rows/s`);
    });
  }

  it('is not interrupted by an edit of a sink of another database, or by a change of a sink’s health', () => {
    const server = new PolledServer();
    const other = sink({ id: 'other', database: 'crm' });
    server.otherSinks = [{ sink: other, unfinishedBackfills: [] }];
    server.poll(20, 4);
    server.otherSinks = [{ sink: { ...other, name: 'renamed' }, unfinishedBackfills: [] }];
    server.sink = sink({ health: { status: 'warning', checks: [] } });
    server.poll(20, 4);
    assert.ok(!server.timeline.includes('Interrupted'));
  });

  it('stays stalled because of its disabled sink when another sink of the database is edited', () => {
    const server = new PolledServer();
    const other = sink({ id: 'other' });
    server.otherSinks = [{ sink: other, unfinishedBackfills: [] }];
    server.poll(20, 4);
    server.sink = sink({ status: 'disabled' });
    server.poll(300);
    assert.equal(server.status.stall?.cause.kind, 'sinkDisabled');
    server.otherSinks = [{ sink: { ...other, name: 'renamed' }, unfinishedBackfills: [] }];
    server.poll(10);
    assert.equal(server.status.stall.cause.kind, 'sinkDisabled');
  });

  it('is interrupted when a table is added to another sink, but not when a dropped table disappears from that sink', () => {
    const server = new PolledServer();
    const source = { includeSchemas: null, excludeSchemas: null, excludeTables: null };
    const withTables = (...includeTables: string[]) => [
      { sink: sink({ id: 'other', source: { ...source, includeTables } }), unfinishedBackfills: [] },
    ];
    server.otherSinks = withTables('public.a', 'public.b');
    server.poll(20, 4);
    server.otherSinks = withTables('public.a');
    server.poll(20, 4);
    assert.ok(!server.timeline.includes('Interrupted'));
    server.otherSinks = withTables('public.a', 'public.c');
    server.poll(20, 4);
    assert.ok(server.timeline.includes('Interrupted'));
  });

  it('is stalled after its table is dropped, and the backfill keeps the table’s name', () => {
    const server = new PolledServer().poll(20, 4);
    server.backfill = { ...server.backfill, table: null, droppedTable: null };
    server.poll(4);
    const { status, stall } = server.status;
    assert.deepEqual([status, stall?.cause.kind], ['stalled', 'tableDropped']);
    const dropped = findBackfill(server.snapshot, server.sink.id, server.backfill.id) ?? assert.fail();
    assert.equal(formatTableName(dropped), 'public.orders (dropped)');
    server.poll(60);
    assert.equal(findBackfill(server.snapshot, server.sink.id, dropped.id), dropped, 'the row isn’t redrawn');
  });

  describe('with clocks that differ', () => {
    for (const minutes of [-600, -10, -1, 1, 10, 600]) {
      it(`is not stalled while rows arrive even if the gateway’s clock is off by ${minutes} min`, () => {
        const server = new PolledServer();
        server.gatewaySkewMs = minutes * 60_000;
        server.poll(120, 8);
        assert.equal(server.stalls.join(), '');
        assert.ok(server.status.estimate !== undefined);
      });

      it(`is not stalled when the gateway’s clock jumps by ${minutes} min, and keeps its rate`, () => {
        const server = new PolledServer().poll(120, 8);
        server.gatewaySkewMs = minutes * 60_000;
        server.poll(6);
        const rate = server.status.estimate?.rowsPerSecond;
        assert.ok(rate !== undefined && Math.abs(rate / 5_000 - 1) < 0.1, `${rate} rows/s`);
        server.poll(60, 8);
        server.gatewaySkewMs = 0;
        server.poll(6).poll(60, 8);
        assert.equal(server.stalls.join(), '');
      });

      it(`is not stalled when the local clock is changed by ${minutes} min`, () => {
        const server = new PolledServer().poll(120, 8);
        server.localSkewMs = minutes * 60_000;
        server.poll(6).poll(60, 8);
        assert.equal(server.stalls.join(), '');
        assert.ok(server.status.estimate !== undefined);
      });
    }

    it('is stalled if there is no progress, even if the polls are ten minutes apart', () => {
      const server = new PolledServer();
      server.backfill = { ...server.backfill, rowsProcessed: 94_000, updatedAt: now + 60_000 };
      for (let poll = 1; poll <= 4; poll += 1) {
        server.time = now + poll * 600_000;
        server.poll(2);
      }
      assert.equal(server.status.status, 'stalled');
    });

    it('is stalled 70 s after the last progress, but not after 40 s, if the gateway’s clock was corrected', () => {
      const server = new PolledServer();
      server.gatewaySkewMs = 600_000;
      server.poll(120, 8);
      server.gatewaySkewMs = 0;
      server.poll(20, 8).poll(40);
      assert.equal(server.stalls.join(), '');
      server.poll(30);
      assert.equal(server.status.status, 'stalled');
    });
  });
});

describe('unreported ends', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sequin-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('are saved and restored with the finished backfill until they are reported', async () => {
    const server = new PolledServer().poll(20, 4);
    server.store.applyBackfill({ ...server.backfill, state: 'completed' }, server.time);
    const path = getSnapshotPath(folder, connectionTo('http://localhost:7376'));
    writeSnapshot(path, server.snapshot);
    const restored = (await readSnapshot(path)) ?? assert.fail('no snapshot');
    assert.deepEqual(restored.unreportedEnds, server.snapshot.unreportedEnds);
    assert.equal(restored.unreportedEnds[0]?.backfill.state, 'completed');
    const store = new SnapshotStore(restored);
    store.clearUnreportedEnds();
    assert.deepEqual(store.snapshot.unreportedEnds, []);
  });

  it('are not added when all sinks are replaced, as happens with a token of another account', () => {
    const server = new PolledServer();
    server.otherSinks = [{ sink: sink({ id: 'other' }), unfinishedBackfills: [] }];
    server.poll(4);
    const items = [{ sink: sink({ id: 'of another account' }), unfinishedBackfills: [] }];
    server.store.applySinks({ items, skipped: 0, serverTime: server.time }, server.time);
    assert.deepEqual(server.snapshot.unreportedEnds, []);
  });

  it('are limited to 200 if no notification reports them', () => {
    const { store } = new PolledServer();
    for (let index = 0; index < 1_000; index += 1) {
      store.applyBackfill(backfill({ id: String(index) }), now);
      store.applyBackfill(backfill({ id: String(index), state: 'completed' }), now);
    }
    assert.equal(store.snapshot.unreportedEnds.length, 200);
  });
});

describe('a sink that is missing from the list', () => {
  const running = { sink: sink(), unfinishedBackfills: [backfill()] };
  const cases: [title: string, getSink: () => Promise<SinkWithBackfills>, isDeleted: boolean][] = [
    ['is kept if a request for the single sink finds it', () => Promise.resolve(running), false],
    [
      'is kept if the request for the single sink fails',
      () => Promise.reject(new SequinError({ kind: 'server', status: 500, retryAfterMs: undefined })),
      false,
    ],
    [
      'is removed if the server doesn’t find it',
      () => Promise.reject(new SequinError({ kind: 'notFound', resource: 'sink' })),
      true,
    ],
  ];
  for (const [title, getSink, isDeleted] of cases) {
    it(title, async () => {
      let items = [running, { sink: sink({ id: 'other' }), unfinishedBackfills: [] }];
      const monitor = new ServerMonitor({
        connection: connectionTo('http://localhost:7376'),
        clock: new TestClock(now),
        intervalMs: () => 2_000,
        api: apiWith({
          listSinks: () => Promise.resolve({ items, skipped: 0, serverTime: now }),
          getVersion: () => Promise.resolve('0.14.6'),
          getSink,
          getBackfill: () => Promise.resolve(backfill()),
        }),
      });
      await monitor.refresh();
      items = items.slice(1);
      await monitor.refresh();
      assert.equal(monitor.snapshot.sinks.has(sink().id), !isDeleted);
      assert.deepEqual(
        monitor.snapshot.unreportedEnds.map(({ kind }) => kind),
        isDeleted ? ['deleted'] : [],
      );
      monitor.dispose();
    });
  }
});
