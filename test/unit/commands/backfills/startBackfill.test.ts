import assert from 'node:assert/strict';
import { runAgain } from '../../../../src/commands/backfills/runAgain.ts';
import { startBackfill } from '../../../../src/commands/backfills/startBackfill.ts';
import { SequinError } from '../../../../src/model/failure.ts';
import { waitUntil } from '../../waitUntil.ts';
import { CommandHarness } from './CommandHarness.ts';

describe('a command that starts backfills', () => {
  const harness = new CommandHarness();

  const formatQuestion = (backfills: string) =>
    `Start ${backfills}? [Start] ${backfills.includes('backfills') ? '[Run a Few at a Time…] ' : ''}[Start Paused] [Open in Console] [Don’t Start]`;

  beforeEach(() => harness.monitor.refresh());

  for (const [answer, state, message] of [
    ['Start', 'active', 'Started public.a → orders.'],
    ['Start Paused', 'paused', 'Created public.a → orders (paused).'],
  ] as const) {
    it(`asks for confirmation, and then creates a backfill that is ${state}`, async () => {
      harness.ui.tables = ['public.a'];
      assert.deepEqual(await harness.run(startBackfill, [harness.sinkRow]), [
        formatQuestion('a backfill of public.a'),
      ]);
      harness.ui.answers = [answer];
      assert.deepEqual(await harness.run(startBackfill, [harness.sinkRow]), [
        formatQuestion('a backfill of public.a'),
        `status bar: ${message} [Show Backfill]`,
      ]);
      assert.equal(harness.getState('a'), state);
      assert.deepEqual(await harness.press('Show Backfill'), [
        'sequin.openBackfill connectionId sinkId backfillId',
      ]);
    });
  }

  for (const [title, ids] of [
    ['selected connection', {}],
    ['connection of a selected database', { databaseId: 'd' }],
  ] as const) {
    it(`offers the sinks of the ${title}`, async () => {
      harness.ui.picked = ['orders'];
      harness.ui.tables = ['public.a'];
      assert.deepEqual(await harness.run(startBackfill, [{ connectionId: harness.emulator.url, ...ids }]), [
        'Select a sink orders',
        formatQuestion('a backfill of public.a'),
      ]);
    });
  }

  describe('with another connection that is unreachable', () => {
    const otherAddress = 'http://127.0.0.1:1';

    beforeEach(() => {
      harness.connections.connect({ url: otherAddress, token: 't' }, { clock: harness.clock });
    });

    it('reports the failure instead of an empty list of sinks', async () => {
      await assert.rejects(harness.run(startBackfill, [{ connectionId: otherAddress }]), SequinError);
      assert.deepEqual(harness.ui.takeLines(), []);
    });

    it('offers the sinks of the selected connection only', async () => {
      assert.deepEqual(await harness.run(startBackfill, [{ connectionId: harness.emulator.url }]), [
        'Select a sink orders',
      ]);
    });
  });

  it('offers to start a backfill paused only if the server can pause backfills', async () => {
    await harness.startServer('0.13.5');
    await harness.monitor.refresh();
    await waitUntil(() => harness.monitor.snapshot.version === '0.13.5');
    harness.ui.tables = ['public.a'];
    assert.deepEqual(await harness.run(startBackfill, [harness.sinkRow]), [
      'Start a backfill of public.a? [Start] [Open in Console] [Don’t Start]',
    ]);
  });

  it('opens the console if the user chooses the console instead of tables or instead of starting a backfill', async () => {
    harness.ui.tables = 'console';
    const [opened = ''] = await harness.run(startBackfill, [harness.sinkRow]);
    assert.match(opened, /^opens \/sinks\/.*\/backfills$/);
    harness.ui.tables = ['public.a'];
    harness.ui.answers = ['Open in Console'];
    assert.deepEqual(await harness.run(startBackfill, [harness.sinkRow]), [
      formatQuestion('a backfill of public.a'),
      opened,
    ]);
  });

  it('skips tables with an unfinished backfill', async () => {
    await harness.addBackfills('active', 'a', 'b');
    harness.ui.tables = ['public.a'];
    assert.deepEqual(await harness.run(startBackfill, [harness.sinkRow]), [
      'information: A backfill of public.a → orders is already in progress. It’s active: 50% · 500 of 1,000 rows. [Show Backfill]',
    ]);
    harness.ui.tables = ['public.a', 'public.b'];
    assert.deepEqual(await harness.run(startBackfill, [harness.sinkRow]), [
      'information: Backfills of all these tables are already in progress. [Show Backfill]',
    ]);
    harness.ui.tables = ['public.a', 'public.b', 'public.c', 'public.d'];
    harness.ui.answers = ['Start'];
    assert.deepEqual(await harness.run(startBackfill, [harness.sinkRow]), [
      formatQuestion('2 backfills'),
      'progress of 2: Starting 2 backfills',
      'status bar: Started 2 backfills.',
    ]);
  });

  it('offers to show the backfill that someone else started first', async () => {
    harness.emulator.world.addBackfill(harness.sink.json.id, { table: 'public.a' });
    harness.ui.tables = ['public.a'];
    harness.ui.answers = ['Start'];
    const lines = await harness.run(startBackfill, [harness.sinkRow]);
    assert.match(
      lines[1] ?? '',
      /^warning: Couldn’t start public\.a → orders\. A backfill .* \[Show Backfill\]$/,
    );
    assert.deepEqual(await harness.press('Show Backfill'), [
      'sequin.openBackfill connectionId sinkId backfillId',
    ]);
  });

  it('reports that a backfill is already in progress if a start of the same table was pending when the user confirmed', async () => {
    harness.ui.tables = ['public.a'];
    harness.ui.answers = ['Start', 'Start'];
    const first = harness.run(startBackfill, [harness.sinkRow]);
    await waitUntil(() => harness.monitor.snapshot.pendingWrites.size > 0);
    const second = harness.run(startBackfill, [harness.sinkRow]);
    const lines = (await Promise.all([first, second])).flat();
    const results = lines.filter((line) => !line.startsWith('Start a backfill'));
    assert.equal(results[0], 'status bar: Started public.a → orders. [Show Backfill]');
    assert.match(results[1] ?? '', /^warning: Couldn’t start public\.a → orders\. A backfill .*in progress/);
  });

  it('offers to open the console after the server rejected a start', async () => {
    harness.ui.tables = ['public.missing'];
    harness.ui.answers = ['Start'];
    const lines = await harness.run(startBackfill, [harness.sinkRow]);
    assert.match(
      lines[1] ?? '',
      /^warning: Couldn’t start public\.missing → orders\. .* \[Open in Console\]$/,
    );
    assert.match((await harness.press('Open in Console')).join(), /^opens \/sinks\//);
  });

  it('runs finished backfills again', async () => {
    const rows = await harness.addBackfills('completed', 'a');
    const unfinished = await harness.addBackfills('active', 'b');
    assert.deepEqual(await harness.run(runAgain, unfinished), [
      'information: Only finished backfills of existing tables can be run again.',
    ]);
    harness.ui.answers = ['Start'];
    assert.deepEqual(await harness.run(runAgain, rows), [
      formatQuestion('a backfill of public.a'),
      'status bar: Started public.a → orders. [Show Backfill]',
    ]);
    assert.equal(harness.getState('a'), 'active');
  });

  it('runs backfills of several sinks again after one confirmation', async () => {
    const rows = await harness.addBackfills('completed', 'a');
    const second = harness.emulator.world.addSink({ name: 'second', source: harness.sink.json.source });
    const { json } = harness.emulator.world.addBackfill(second.json.id, {
      table: 'public.b',
      state: 'completed',
    });
    await harness.monitor.refresh();
    await harness.monitor.backfillLists.load(second.json.id);
    const row = { connectionId: harness.emulator.url, sinkId: second.json.id, backfillId: json.id };
    harness.ui.answers = ['Start'];
    assert.deepEqual(await harness.run(runAgain, [...rows, row]), [
      'Start 2 backfills? [Start] [Don’t Start]',
      'progress of 2: Starting 2 backfills',
      'status bar: Started 2 backfills.',
    ]);
  });
});
