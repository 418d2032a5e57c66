import assert from 'node:assert/strict';
import {
  createChangeAllCommand,
  createChangeCommand,
} from '../../../../src/commands/backfills/changeBackfills.ts';
import {
  moveUpInQueue,
  removeFromQueue,
  runNow,
  stopQueue,
} from '../../../../src/commands/backfills/queueCommands.ts';
import { startBackfill } from '../../../../src/commands/backfills/startBackfill.ts';
import { listWaiting } from '../../../../src/model/queue/BackfillQueue.ts';
import { waitUntil } from '../../waitUntil.ts';
import { CommandHarness } from './CommandHarness.ts';

describe('a command on a queue of backfills', () => {
  const harness = new CommandHarness();
  const pause = createChangeCommand('pause');
  const resume = createChangeCommand('resume');
  const cancel = createChangeCommand('cancel');

  const limitPlaceholder = 'Select how many backfills run at a time';
  const getStates = () => ['a', 'b', 'c', 'd'].map((name) => harness.getState(name)).join(' ');
  const getQueuedIds = () =>
    harness.monitor.snapshot.queue?.items.map(({ backfillId }) => backfillId.slice(-2)).join(' ') ?? '';
  const countWaiting = () =>
    harness.monitor.snapshot.queue && listWaiting(harness.monitor.snapshot.queue).length;
  const getIds = (rows: readonly object[]) =>
    rows.map((row) => (row as { backfillId: string }).backfillId.slice(-2)).join(' ');
  const fewLabel = 'Run a Few at a Time…';

  it('creates all backfills paused, and resumes as many as the limit allows', async () => {
    await harness.monitor.refresh();
    harness.ui.tables = ['public.a', 'public.b', 'public.c', 'public.d'];
    harness.ui.answers = [fewLabel];
    harness.ui.picked = ['At most 2 at a time'];
    assert.deepEqual(await harness.run(startBackfill, [harness.sinkRow]), [
      `Start 4 backfills? [Start] [${fewLabel}] [Start Paused] [Open in Console] [Don’t Start]`,
      `${limitPlaceholder} One at a time, At most 2 at a time, At most 3 at a time`,
      'progress of 4: Starting 4 backfills',
      'status bar: Queued 4 backfills.',
    ]);
    await waitUntil(() => getStates() === 'active active paused paused');
  });

  it('starts nothing if the user picks no limit', async () => {
    await harness.monitor.refresh();
    harness.ui.tables = ['public.a', 'public.b'];
    harness.ui.answers = [fewLabel];
    await harness.run(startBackfill, [harness.sinkRow]);
    assert.equal(harness.writeCount, 0);
  });

  it('explains that an old server doesn’t support queues', async () => {
    await harness.startServer('0.13.5');
    await harness.monitor.refresh();
    await waitUntil(() => harness.monitor.snapshot.version === '0.13.5');
    harness.ui.tables = ['public.a', 'public.b'];
    assert.deepEqual(await harness.run(startBackfill, [harness.sinkRow]), [
      'Start 2 backfills? [Start] [Open in Console] [Don’t Start]',
    ]);
    assert.match(harness.ui.lastDetail, /Running a few at a time requires Sequin 0\.13\.6 or later/);
  });

  it('resumes paused backfills in the order in which they were started', async () => {
    await harness.addBackfills('paused', 'd', 'c', 'b', 'a');
    harness.ui.answers = [fewLabel];
    harness.ui.picked = ['At most 2 at a time'];
    assert.deepEqual(await harness.run(createChangeAllCommand('resume'), [harness.sinkRow]), [
      `Resume 4 backfills? [Resume] [${fewLabel}] [Keep Paused]`,
      `${limitPlaceholder} One at a time, At most 2 at a time, At most 3 at a time`,
      'status bar: Queued 4 backfills.',
    ]);
    await waitUntil(() => getStates() === 'active active paused paused');
  });

  it('reports the number of queued backfills of several connections in one message', async () => {
    const rows = await harness.addBackfills('paused', 'a', 'b');
    const second = await harness.startEmulator({ scenario: 'empty', latency: false });
    const { json } = second.world.addSink({ name: 'other' });
    const { json: other } = second.world.addBackfill(json.id, { table: 'public.other', state: 'paused' });
    await harness.connections.connect(second, { clock: harness.clock }).refresh();
    rows.push({ connectionId: second.url, sinkId: json.id, backfillId: other.id });
    harness.ui.answers = [fewLabel];
    harness.ui.picked = ['One at a time'];
    assert.deepEqual((await harness.run(resume, rows)).slice(2), ['status bar: Queued 3 backfills.']);
    await waitUntil(
      () => [harness.getState('a'), harness.getState('b'), other.state].join(' ') === 'paused active active',
    );
  });

  it('pauses the backfills beyond the limit', async () => {
    await harness.addBackfills('active', 'd', 'c', 'b', 'a');
    harness.ui.answers = [fewLabel];
    harness.ui.picked = ['At most 3 at a time'];
    await harness.run(createChangeAllCommand('pause'), [harness.sinkRow]);
    assert.equal(getStates(), 'active active active paused');
    assert.equal(harness.monitor.snapshot.queue?.items.length, 4);
  });

  it('pauses a backfill beyond the limit even if another change to it began while the user picked the limit', async () => {
    const [b = {}, a = {}] = await harness.addBackfills('active', 'b', 'a');
    const { pickOne } = harness.ui;
    harness.ui.pickOne = (...args) => {
      void harness.monitor.changeBackfill(harness.getBackfill('b'), 'pause');
      return pickOne(...args);
    };
    harness.ui.answers = [fewLabel];
    harness.ui.picked = ['One at a time'];
    assert.equal((await harness.run(pause, [a, b])).at(-1), 'status bar: Paused public.b → orders. [Undo]');
    assert.equal(getQueuedIds(), getIds([a, b]));
  });

  it('doesn’t queue a backfill that couldn’t be paused, even if a backfill with the same ID in another connection was paused', async () => {
    const rows = await harness.addBackfills('active', 'b', 'a');
    const copy = harness.connections.connect(harness.emulator, {
      clock: harness.clock,
      connection: { id: 'copy' },
    });
    await copy.refresh();
    harness.emulator.fault({ status: 429, method: 'PATCH', times: 1 });
    harness.ui.answers = [fewLabel];
    harness.ui.picked = ['One at a time'];
    await harness.run(pause, [...rows, ...rows.map((row) => ({ ...row, connectionId: 'copy' }))]);
    const counts = [harness.monitor, copy].map(({ snapshot }) => snapshot.queue?.items.length);
    assert.deepEqual(counts.sort(), [1, 2]);
  });

  it('queues nothing until the backfill beyond the limit is paused', async () => {
    const rows = await harness.addBackfills('active', 'b', 'a');
    harness.emulator.fault({ status: 429, method: 'PATCH', times: 1 });
    harness.ui.answers = [fewLabel];
    harness.ui.picked = ['One at a time'];
    await harness.run(pause, rows);
    assert.equal(harness.monitor.snapshot.queue, undefined);
    await harness.press('Try Again');
    assert.equal(getQueuedIds(), getIds(rows.toReversed()));
  });

  it('is not offered if there is only one backfill in each connection', async () => {
    const [row = {}] = await harness.addBackfills('active', 'a');
    await harness.connections
      .connect(harness.emulator, { clock: harness.clock, connection: { id: 'copy' } })
      .refresh();
    assert.deepEqual(await harness.run(pause, [row, { ...row, connectionId: 'copy' }]), [
      'Pause 2 backfills? [Pause] [Keep Running]',
    ]);
  });

  it('asks for confirmation in production in a single dialog, and resumes nothing without confirmation', async () => {
    harness.connect({ production: true });
    await harness.addBackfills('paused', 'a', 'b');
    const question = `Resume 2 backfills in production (Shop)? [Keep Paused] [Resume in Production] [${fewLabel}]`;
    assert.deepEqual(await harness.run(createChangeAllCommand('resume'), [harness.sinkRow]), [question]);
    assert.equal(harness.writeCount, 0);
    harness.ui.answers = [fewLabel];
    harness.ui.picked = ['One at a time'];
    assert.deepEqual(await harness.run(createChangeAllCommand('resume'), [harness.sinkRow]), [
      question,
      `${limitPlaceholder} One at a time`,
      'status bar: Queued 2 backfills.',
    ]);
  });

  describe('that already exists', () => {
    let rows: readonly object[];

    beforeEach(async () => {
      rows = await harness.addBackfills('paused', 'd', 'c', 'b', 'a');
      rows = rows.toReversed();
      harness.ui.answers = [fewLabel];
      harness.ui.picked = ['One at a time'];
      await harness.run(createChangeAllCommand('resume'), [harness.sinkRow]);
      await waitUntil(() => harness.monitor.snapshot.queue?.items[0]?.phase === 'started');
      // Waits longer than a double click takes.
      await harness.clock.advance(1_000);
      harness.ui.picked = undefined;
    });

    it('moves waiting backfills up, but doesn’t move a running backfill', async () => {
      const [a = {}, b = {}, c = {}, d = {}] = rows;
      await harness.run(moveUpInQueue, [c]);
      assert.equal(getQueuedIds(), getIds([a, c, b, d]));
      await harness.run(moveUpInQueue, [a]);
      assert.equal(getQueuedIds(), getIds([a, c, b, d]), 'a running backfill moved');
      await harness.run(moveUpInQueue, [d, b]);
      assert.equal(getQueuedIds(), getIds([a, b, d, c]), 'the order of the selection had an effect');
      await harness.run(moveUpInQueue, [d, b]);
      assert.equal(getQueuedIds(), getIds([a, b, d, c]), 'backfills at the top moved');
    });

    it('removes a backfill from the queue', async () => {
      const [a = {}, b = {}, c = {}, d = {}] = rows;
      await harness.run(removeFromQueue, [b, c]);
      assert.equal(getQueuedIds(), getIds([a, d]));
      assert.equal(getStates(), 'active paused paused paused');
    });

    it('runs a backfill immediately', async () => {
      assert.deepEqual(await harness.run(runNow, rows.slice(3)), ['status bar: Resumed public.d → orders.']);
      assert.equal(getStates(), 'active paused paused active');
    });

    it('stops the queue, and offers to undo this', async () => {
      const before = getQueuedIds();
      assert.deepEqual(await harness.run(stopQueue, rows.slice(0, 1)), [
        'information: The queue was stopped. 3 backfills stay paused. [Undo]',
      ]);
      assert.equal(getQueuedIds(), '');
      await harness.press('Undo');
      assert.equal(getQueuedIds(), before);
    });

    it('doesn’t stop the queue if the argument has a backfill ID but no connection ID', async () => {
      const before = getQueuedIds();
      assert.deepEqual(await harness.run(stopQueue, [{ backfillId: 'b' }]), []);
      assert.equal(getQueuedIds(), before);
    });

    it('restores the queue without a question in production if no backfill is waiting', async () => {
      harness.monitor.updateConnection({ ...harness.monitor.connection, production: true });
      await harness.run(removeFromQueue, rows.slice(1));
      const before = getQueuedIds();
      assert.deepEqual(await harness.run(stopQueue, rows.slice(0, 1)), [
        'information: The queue was stopped. [Undo]',
      ]);
      assert.deepEqual(await harness.press('Undo'), []);
      assert.equal(getQueuedIds(), before);
    });

    it('asks for confirmation in production before it restores the queue', async () => {
      harness.monitor.updateConnection({ ...harness.monitor.connection, production: true });
      await harness.run(stopQueue, rows.slice(0, 1));
      const question = 'Resume 3 backfills in production (Shop)? [Keep Paused] [Resume in Production]';
      assert.deepEqual(await harness.press('Undo'), [question]);
      assert.equal(getQueuedIds(), '');
      harness.ui.answers = ['Resume in Production'];
      await harness.press('Undo');
      assert.equal(getQueuedIds().split(' ').length, 4);
    });

    it('asks for confirmation in production before it restores the queue, even if the sinks aren’t loaded yet', async () => {
      const queue = harness.monitor.snapshot.queue ?? assert.fail();
      harness.emulator.fault({ status: 503 });
      harness.connect({ production: true });
      harness.monitor.queue.restore(queue);
      assert.equal(harness.monitor.snapshot.sinks.size, 0);
      await harness.run(stopQueue);
      const question = 'Resume 3 backfills in production (Shop)? [Keep Paused] [Resume in Production]';
      assert.deepEqual(await harness.press('Undo'), [question]);
      const names = harness.ui.lastDetail.split('\n').slice(0, 3);
      assert.equal(names.map((name) => name.slice(-2)).join(' '), getIds(rows.slice(1)));
      assert.equal(getQueuedIds(), '');
    });

    it('restores the queue without a question in production if the sink of the waiting backfills was deleted', async () => {
      harness.monitor.updateConnection({ ...harness.monitor.connection, production: true });
      const before = getQueuedIds();
      await harness.run(stopQueue, rows.slice(0, 1));
      harness.emulator.world.removeSink('orders');
      await harness.monitor.refresh();
      assert.deepEqual(await harness.press('Undo'), []);
      assert.equal(getQueuedIds(), before);
    });

    it('lists each backfill of a selected sink only once, even if the row of the backfill is also selected', async () => {
      await harness.run(createChangeAllCommand('cancel'), [harness.sinkRow, ...rows, harness.sinkRow]);
      assert.match(
        harness.ui.lastDetail,
        /^public\.d → orders\npublic\.c → orders\npublic\.b → orders\npublic\.a/,
      );
      assert.equal(harness.ui.lastDetail.match(/→ orders/g)?.length, 4);
    });

    it('can pause or cancel all backfills of the sink', async () => {
      harness.ui.answers = ['Cancel Backfills'];
      await harness.run(createChangeAllCommand('pause'), [harness.sinkRow]);
      await harness.monitor.refresh();
      assert.equal(getStates(), 'paused paused paused paused');
      await harness.clock.advance(1_000);
      await harness.run(createChangeAllCommand('cancel'), [harness.sinkRow]);
      assert.equal(getStates(), 'cancelled cancelled cancelled cancelled');
    });

    it('keeps the place of a backfill in the queue if its cancellation fails, even if a second attempt fails', async () => {
      const before = getQueuedIds();
      harness.ui.answers = ['Cancel Backfills'];
      harness.emulator.fault({ status: 500, method: 'PATCH' });
      const [, , message = ''] = await harness.run(cancel, rows.slice(1, 3));
      assert.match(message, /^warning: Cancelled 0 of 2 backfills\..* \[Try Again\]$/);
      assert.equal(getQueuedIds(), before);
      harness.emulator.fault({ status: 500, method: 'PATCH', times: 1 });
      await harness.press('Try Again');
      assert.match(getStates(), /^active (cancelled paused|paused cancelled) paused$/);
      assert.equal(countWaiting(), 2);
      harness.emulator.fault(undefined);
      await harness.press('Try Again');
      assert.equal(getStates(), 'active cancelled cancelled paused');
      assert.equal(countWaiting(), 1);
    });

    for (const [reason, fail] of [
      ['fails', () => ({ kind: 'failed', failure: { kind: 'unauthorized' }, current: undefined }) as const],
      ['throws', () => assert.fail('a defect')],
    ] as const) {
      it(`lets the queue continue if the cancellation of its waiting backfills ${reason} after the running backfill completed`, async () => {
        const changeBackfill = harness.monitor.changeBackfill.bind(harness.monitor);
        harness.monitor.changeBackfill = async (backfill, change) => {
          if (change !== 'cancel') {
            return changeBackfill(backfill, change);
          }
          harness.emulator.world.setBackfill(harness.getBackfill('a').id, { state: 'completed' });
          await harness.monitor.refresh();
          return fail();
        };
        harness.ui.answers = ['Cancel Backfills'];
        await harness.run(cancel, rows.slice(1)).catch(String);
        assert.equal(countWaiting(), 3);
        await waitUntil(() => getStates() === 'completed active paused paused');
      });
    }

    it('lets the user pick queued backfills if it is run from the Command Palette', async () => {
      const names = ['public.d', 'public.c', 'public.b'].join(', ');
      assert.deepEqual(await harness.run(moveUpInQueue), [`Select queued backfills to move up ${names}`]);
      assert.deepEqual(await harness.run(removeFromQueue), [
        `Select backfills to remove from the queue ${names}`,
      ]);
      assert.deepEqual(await harness.run(runNow), [`Select queued backfills to run now ${names}`]);
      await harness.run(stopQueue);
      assert.deepEqual(await harness.run(runNow), ['information: No backfills are queued.']);
    });
  });
});
