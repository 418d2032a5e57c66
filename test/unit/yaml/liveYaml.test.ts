import assert from 'node:assert/strict';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { neverLoaded } from '../../../src/model/LoadState.ts';
import type { Sink } from '../../../src/model/Sink.ts';
import { emptySnapshot, type Snapshot } from '../../../src/servers/Snapshot.ts';
import { SnapshotStore } from '../../../src/servers/SnapshotStore.ts';
import { checkYaml } from '../../../src/yaml/checks/checkYaml.ts';
import { chooseServer, listDatabases, listTables } from '../../../src/yaml/features/chooseServer.ts';
import { describeLiveSink } from '../../../src/yaml/features/describeLiveSink.ts';
import { createSinkLenses } from '../../../src/yaml/features/sinkLenses.ts';
import { parseYamlFile } from '../../../src/yaml/YamlFile.ts';
import { backfill, connectionTo, now, sink } from '../samples.ts';

/** Creates a server with sinks and backfills. */
function createServer(address: string, sinks: readonly Sink[], backfills: readonly Backfill[] = []) {
  const snapshot: Snapshot = {
    ...emptySnapshot,
    sinks: new Map(sinks.map((each) => [each.id, each])),
    sinksLoad: { ...neverLoaded, loadedAt: now },
    backfills: new Map(
      sinks.map(({ id }) => [
        id,
        new Map(backfills.filter(({ sinkId }) => sinkId === id).map((each) => [each.id, each])),
      ]),
    ),
  };
  return { connection: connectionTo(address), snapshot, serverNow: now };
}

const orders = sink({ id: 's1', name: 'orders', database: 'shop' });
const file = parseYamlFile('databases: [{ name: shop }]\nsinks:\n  - name: orders\n  - name: new\n');

describe('chooseServer', () => {
  const other = createServer('http://other', [sink({ id: 's2', name: 'mails', database: 'crm' })]);
  const shop = createServer('http://shop', [orders]);

  it('chooses the server with the most sinks and databases of the file, and no server if no server matches', () => {
    assert.equal(chooseServer(file, [other, shop], undefined), shop);
    assert.equal(chooseServer(file, [other, other], undefined), undefined);
  });

  it('chooses the server that the user chose, or the only server, even if that server has none of the file’s sinks', () => {
    assert.equal(chooseServer(file, [other, shop], other.connection.id), other);
    assert.equal(chooseServer(file, [other], undefined), other);
    const none: (typeof shop)[] = [];
    assert.equal(chooseServer(file, none, undefined), undefined);
  });

  it('chooses no other server if the server that the user chose is signed out', () => {
    assert.equal(chooseServer(file, [shop], other.connection.id), undefined);
    assert.equal(chooseServer(file, [shop, shop], other.connection.id), undefined);
  });
});

describe('the names that a server provides for completion', () => {
  it('are the databases and tables of its sinks and backfills', () => {
    const server = createServer('http://shop', [orders], [backfill({ sinkId: 's1', table: 'public.b' })]);
    assert.deepEqual(listDatabases(server), ['shop']);
    assert.deepEqual(listTables(server), ['public.orders', 'public.b']);
  });
});

describe('the lenses of a file', () => {
  const createLenses = (backfills: readonly Backfill[], overrides: Partial<Sink> = {}) =>
    createSinkLenses(file, createServer('http://shop', [{ ...orders, ...overrides }], backfills));

  it('show the progress of a sink, start a backfill, open the sink’s page, and show the plan if a sink doesn’t exist', () => {
    const running = backfill({ sinkId: 's1', state: 'active', rowsInitial: 100, rowsProcessed: 47 });
    const [progress, start, open, missing, plan] = createLenses([running]);
    assert.equal(progress?.title, '1 running · 47%');
    const target = { connectionId: connectionTo('http://shop').id, sinkId: 's1' };
    assert.deepEqual([start?.command, start?.target], ['sequin.startBackfill', target]);
    assert.deepEqual([open?.command, open?.target], ['sequin.openSink', target]);
    assert.equal(missing?.title, `This sink doesn’t exist on ${connectionTo('http://shop').name}`);
    assert.equal(missing.command, '');
    assert.deepEqual([plan?.command, plan?.target], ['sequin.showPlan', undefined]);
  });

  it('show that no backfill is in progress', () => {
    assert.deepEqual(
      createLenses([])
        .slice(0, 3)
        .map(({ title }) => title),
      ['No backfills in progress', 'Start Backfill', 'Open'],
    );
  });

  it('show no time left while the time left of any running backfill is unknown', () => {
    const store = new SnapshotStore();
    const end = now + 60_000;
    const describeAt = (serverTime: number, ...unfinishedBackfills: readonly Backfill[]): string => {
      store.applySinks(
        { items: [{ sink: orders, unfinishedBackfills }], skipped: 0, serverTime },
        serverTime,
      );
      return describeLiveSink(orders, { snapshot: store.snapshot, serverNow: serverTime });
    };
    const createRunning = (updatedAt: number): Backfill =>
      backfill({
        id: 'known',
        sinkId: 's1',
        rowsInitial: 1_000_000,
        rowsProcessed: 5 * (updatedAt - now),
        insertedAt: now,
        updatedAt,
      });
    for (let time = now; time < end; time += 2_000) {
      describeAt(time, createRunning(time));
    }
    assert.match(describeAt(end, createRunning(end)), /^1 running · 30% · \d+ min left$/);
    const started = backfill({ id: 'new', sinkId: 's1', insertedAt: end, updatedAt: end, rowsProcessed: 0 });
    assert.match(describeAt(end + 2_000, createRunning(end + 2_000), started), /^2 running · \d+%$/);
  });

  it('show the cause of a stall', () => {
    const paused = createLenses([backfill({ sinkId: 's1', state: 'active' })], { status: 'paused' });
    assert.equal(paused[0]?.title, 'Paused · 1 stalled · sink paused');
  });

  it('don’t exist before the sinks of the server are loaded', () => {
    const server = createServer('http://shop', []);
    const loading = { ...server, snapshot: { ...server.snapshot, sinksLoad: neverLoaded } };
    assert.deepEqual(createSinkLenses(file, loading), []);
  });
});

describe('an initial backfill of a sink that exists', () => {
  const ref = { connectionId: 'c', sinkId: 's1' };
  const findHints = (value: string) => {
    const text = `sinks: [{ name: orders, initial_backfill: ${value} }]`;
    const context = {
      environment: {},
      knownDatabases: new Set<string>(),
      existingSinks: new Map([['orders', ref]]),
    };
    return checkYaml(parseYamlFile(text).parsed, text, context).filter(({ severity }) => severity === 'hint');
  };

  it('has a hint that offers to start a backfill', () => {
    for (const value of ['true', '[{ table: a }]']) {
      const [hint] = findHints(value);
      assert.match(hint?.message ?? '', /^The sink exists/);
      assert.deepEqual(hint?.fixes?.[0]?.startsBackfillOf, ref);
    }
  });

  it('has no hint if the value of initial_backfill requests no backfill', () => {
    for (const value of ['false', '[]', 'null']) {
      assert.deepEqual(findHints(value), [], value);
    }
  });
});
