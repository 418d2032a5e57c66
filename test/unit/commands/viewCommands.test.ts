import assert from 'node:assert/strict';
import { copyBackfillId, copySinkName } from '../../../src/commands/copy/copyCommands.ts';
import { openBackfill, openSink, openToSide } from '../../../src/commands/view/openPage.ts';
import { refresh, refreshAll, retry, revealInSinksView } from '../../../src/commands/view/treeCommands.ts';
import { connectionTo, serversOf } from '../samples.ts';
import { CommandHarness } from './backfills/CommandHarness.ts';

describe('a command on the rows of a view', () => {
  const harness = new CommandHarness();

  it('groups the backfills to pick from by their state, with unfinished backfills first', async () => {
    await harness.addBackfills('completed', 'a');
    await harness.addBackfills('paused', 'b');
    await harness.addBackfills('active', 'c');
    harness.ui.picked = [];
    await harness.run(copyBackfillId);
    assert.deepEqual(
      harness.ui.items.map(({ label, group, icon }) => [label, group, icon]),
      [
        ['public.c', 'Running', 'sync'],
        ['public.b', 'Paused', 'debug-pause'],
        ['public.a', 'Finished', 'pass'],
      ],
    );
    const other = { state: { kind: 'signedOut', connection: connectionTo('http://other') } } as const;
    harness.servers.setServers([...serversOf(harness.monitor), { ...other, monitor: undefined }]);
    await harness.run(copyBackfillId);
    assert.deepEqual(
      harness.ui.items.map(({ group }) => group),
      ['Shop · Running', 'Shop · Paused', 'Shop · Finished'],
    );
  });

  it('opens the page of a backfill or a sink, and offers the metrics of the connection', async () => {
    const rows = await harness.addBackfills('active', 'a');
    const offer = 'offers metrics of Shop';
    const keepFocus = '{"preserveFocus":true}';
    assert.deepEqual(await harness.run(openBackfill, rows), [
      `opens connectionId sinkId backfillId ${keepFocus}`,
      offer,
    ]);
    assert.deepEqual(await harness.run(openSink, [harness.sinkRow]), [
      `opens connectionId sinkId ${keepFocus}`,
      offer,
    ]);
    const toSide = '{"toSide":true}';
    assert.deepEqual(await harness.run(openToSide, rows), [
      `opens connectionId sinkId backfillId ${toSide}`,
      offer,
    ]);
    assert.deepEqual(await harness.run(openToSide, [harness.sinkRow]), [
      `opens connectionId sinkId ${toSide}`,
      offer,
    ]);
  });

  it('shows the row of a backfill or a sink, or of the backfill that the user picks', async () => {
    const [row = assert.fail()] = await harness.addBackfills('active', 'a');
    const backfillRow = 'reveals kind connectionId sinkId backfillId';
    assert.deepEqual(await harness.run(revealInSinksView, [row]), [backfillRow]);
    assert.deepEqual(await harness.run(revealInSinksView, [harness.sinkRow]), [
      'reveals kind connectionId sinkId',
    ]);
    harness.ui.picked = ['public.a'];
    assert.deepEqual(await harness.run(revealInSinksView), ['Select a backfill public.a', backfillRow]);
  });

  it('copies the names of sinks and the IDs of backfills, and nothing for other rows', async () => {
    const rows = await harness.addBackfills('active', 'a', 'b');
    const { name } = harness.emulator.world.addSink({ name: 'second' }).json;
    await harness.monitor.refresh();
    const secondRow = { ...harness.sinkRow, sinkId: harness.emulator.world.getSink(name).json.id };
    assert.deepEqual(await harness.run(copySinkName, [harness.sinkRow]), ['copies orders']);
    assert.deepEqual(await harness.run(copySinkName, [harness.sinkRow, secondRow]), [
      'copies orders\nsecond',
    ]);
    const ids = harness.sink.backfills.map(({ json }) => json.id).join('\n');
    assert.deepEqual(await harness.run(copyBackfillId, rows), [`copies ${ids}`]);
    const connectionRow = { connectionId: harness.emulator.url };
    assert.deepEqual(await harness.run(copyBackfillId, [connectionRow, ...rows]), [`copies ${ids}`]);
    assert.deepEqual(await harness.run(copyBackfillId, [connectionRow, harness.sinkRow]), []);
    harness.ui.picked = [];
    assert.deepEqual(await harness.run(copyBackfillId), ['Select a backfill public.a, public.b']);
  });

  it('refreshes all servers from the title of a view, whichever row has the focus', async () => {
    const second = await harness.startEmulator({ scenario: 'empty', latency: false });
    harness.connections.connect(second, { clock: harness.clock });
    await harness.run(refresh, [{ connectionId: second.url }]);
    assert.deepEqual(
      [harness.emulator, second].map(({ requests }) => requests.length > 0),
      [false, true],
    );
    await harness.run(refreshAll, [{ connectionId: second.url }]);
    assert.ok(harness.emulator.requests.length > 0);
  });

  it('refreshes and retries nothing if the argument has IDs but no connection ID', async () => {
    await harness.run(refresh, [{ sinkId: harness.sink.json.id }]);
    await harness.run(retry, [{ databaseId: 'd' }]);
    assert.deepEqual(harness.emulator.requests, []);
  });
});
