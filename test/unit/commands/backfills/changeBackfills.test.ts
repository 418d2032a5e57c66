import assert from 'node:assert/strict';
import {
  createChangeAllCommand,
  createChangeCommand,
  pauseOrResumeBackfill,
} from '../../../../src/commands/backfills/changeBackfills.ts';
import { runAgain } from '../../../../src/commands/backfills/runAgain.ts';
import { startBackfill } from '../../../../src/commands/backfills/startBackfill.ts';
import { createSinkCommand } from '../../../../src/commands/sinks/changeSinks.ts';
import { apiWith } from '../../samples.ts';
import { waitUntil } from '../../waitUntil.ts';
import { CommandHarness } from './CommandHarness.ts';

describe('a command that changes backfills', () => {
  const harness = new CommandHarness();
  const pause = createChangeCommand('pause');
  const resume = createChangeCommand('resume');
  const cancel = createChangeCommand('cancel');

  /** Begins to pause a backfill when the next dialog opens, as another command could. */
  function beginPauseOnAsk(name: string): void {
    const { ask } = harness.ui;
    harness.ui.ask = (question) => {
      harness.ui.ask = ask;
      void harness.monitor.changeBackfill(harness.getBackfill(name), 'pause');
      return ask(question);
    };
  }

  describe('when it is run', () => {
    it('reports a single change', async () => {
      const [row = assert.fail()] = await harness.addBackfills('paused', 'a');
      assert.deepEqual(await harness.run(resume, [row]), ['status bar: Resumed public.a → orders.']);
      await harness.clock.advance(1_000);
      assert.deepEqual(await harness.run(pause, [row]), ['status bar: Paused public.a → orders. [Undo]']);
      await harness.clock.advance(1_000);
      harness.ui.answers = ['Cancel Backfill'];
      assert.deepEqual(await harness.run(cancel, [row]), [
        'Cancel public.a → orders? [Cancel Backfill] [Keep Backfill]',
        'status bar: Cancelled public.a → orders.',
      ]);
      assert.equal(harness.getState('a'), 'cancelled');
    });

    it('explains that the current state doesn’t allow the change', async () => {
      const rows = await harness.addBackfills('active', 'a', 'b');
      assert.deepEqual(await harness.run(resume, rows.slice(0, 1)), [
        'information: Couldn’t resume public.a → orders. It’s active: 50% · 500 of 1,000 rows.',
      ]);
      assert.deepEqual(await harness.run(resume, rows), ['information: No backfills are paused.']);
      assert.equal(harness.writeCount, 0);
    });

    it('explains that the server’s version doesn’t support the change', async () => {
      await harness.startServer('0.13.5');
      const rows = await harness.addBackfills('active', 'a', 'b');
      await waitUntil(() => harness.monitor.snapshot.version === '0.13.5');
      const unsupported = ['information: Pausing backfills requires Sequin 0.13.6 or later.'];
      assert.deepEqual(await harness.run(pause, rows), unsupported);
      assert.deepEqual(await harness.run(pause, rows.slice(0, 1)), unsupported);
      assert.deepEqual(await harness.run(createChangeAllCommand('pause'), [harness.sinkRow]), unsupported);
      assert.deepEqual(await harness.run(pauseOrResumeBackfill, rows.slice(0, 1)), unsupported);
      assert.deepEqual(await harness.run(pause), unsupported);
      assert.deepEqual(await harness.run(resume), ['information: No backfills are paused.']);
    });

    it('reports a change by someone else as the reason for a failure', async () => {
      const [row = assert.fail()] = await harness.addBackfills('active', 'a');
      harness.emulator.world.setBackfill(harness.sink.backfills[0]?.json.id ?? '', { state: 'completed' });
      const [message, ...others] = await harness.run(pause, [row]);
      // How far the clock advances until the responses arrive depends on the machine.
      assert.match(
        String(message),
        /^warning: Couldn’t pause public\.a → orders\. It already completed .+\.$/,
      );
      assert.deepEqual(others, []);
    });

    it('reports a failure with its reason and the next step', async () => {
      const [row = assert.fail()] = await harness.addBackfills('active', 'a');
      harness.emulator.fault({ status: 429, times: 1 });
      assert.deepEqual(await harness.run(pause, [row]), [
        'warning: Couldn’t pause public.a → orders. Shop is limiting the rate of requests. [Try Again]',
      ]);
      assert.deepEqual(await harness.press('Try Again'), ['status bar: Paused public.a → orders. [Undo]']);
      harness.emulator.fault({ status: 401 });
      assert.deepEqual(await harness.press('Undo'), [
        'warning: Couldn’t resume public.a → orders. Shop rejected the API token. [Enter Token]',
      ]);
      assert.deepEqual(await harness.press('Enter Token'), ['sequin.enterToken connectionId']);
    });

    const losses = [
      ['a timeout', { hang: true }, 'Shop didn’t respond within 15 s.'],
      ['a reset', { reset: true }, 'The connection to Shop was interrupted.'],
      [
        'a gateway’s 504',
        { status: 504 },
        'Shop is unavailable (HTTP 504). It may be starting, or a proxy can’t reach it.',
      ],
    ] as const;
    for (const [loss, fault, reason] of losses) {
      it(`reports a change as not confirmed yet after ${loss}`, async () => {
        const [row = assert.fail()] = await harness.addBackfills('active', 'a');
        harness.emulator.fault({ ...fault, method: 'PATCH' });
        const running = harness.run(pause, [row]);
        if ('hang' in fault) {
          await waitUntil(() => harness.writeCount > 0);
          await harness.timeoutClock.advance(15_000);
        }
        assert.deepEqual(await running, [
          `warning: Couldn’t confirm that public.a → orders was paused. ${reason} It’s active: 50% · 500 of 1,000 rows. [Refresh]`,
        ]);
        assert.deepEqual(await harness.press('Refresh'), ['sequin.refresh connectionId']);
        assert.equal(harness.writeCount, 1);
      });

      it(`reports a start as not confirmed yet after ${loss}`, async () => {
        await harness.monitor.refresh();
        harness.ui.tables = ['public.a'];
        harness.ui.answers = ['Start'];
        harness.emulator.fault({ ...fault, method: 'POST' });
        const running = harness.run(startBackfill, [harness.sinkRow]);
        if ('hang' in fault) {
          await waitUntil(() => harness.writeCount > 0);
          await harness.timeoutClock.advance(15_000);
        }
        assert.equal(
          (await running).at(-1),
          `warning: Couldn’t confirm that public.a → orders was started. ${reason} [Refresh]`,
        );
        assert.equal(harness.writeCount, 1);
      });
    }
  });

  it('sends only one request if it is run twice at once', async () => {
    const rows = await harness.addBackfills('active', 'a');
    assert.deepEqual((await Promise.all([harness.run(pause, rows), harness.run(pause, rows)])).flat(), [
      'status bar: Paused public.a → orders. [Undo]',
    ]);
    assert.equal(harness.writeCount, 1);
  });

  it('sends a confirmed change after a pending change of the same backfill, instead of dropping it', async () => {
    const rows = await harness.addBackfills('active', 'a');
    harness.ui.answers = ['Cancel Backfill'];
    await Promise.all([harness.run(pause, rows), harness.run(cancel, rows)]);
    assert.equal(harness.getState('a'), 'cancelled');
  });

  it('changes a backfill once if its row is passed twice', async () => {
    const [row = {}] = await harness.addBackfills('active', 'a');
    assert.deepEqual(await harness.run(pause, [row, { ...row }]), [
      'status bar: Paused public.a → orders. [Undo]',
    ]);
  });

  it('can be undone immediately', async () => {
    await harness.run(pause, await harness.addBackfills('active', 'a'));
    assert.deepEqual(harness.ui.buttons, ['Undo']);
    assert.deepEqual(await harness.press('Undo'), ['status bar: Resumed public.a → orders.']);
    assert.equal(harness.getState('a'), 'active');
  });

  it('offers no undo once the backfill is no longer paused', async () => {
    await harness.run(pause, await harness.addBackfills('active', 'a'));
    harness.emulator.world.setBackfill(harness.sink.backfills[0]?.json.id ?? '', { state: 'active' });
    await harness.monitor.refresh();
    assert.deepEqual(harness.ui.buttons, []);
  });

  it('lets the user pick backfills if it is run without a target', async () => {
    await harness.addBackfills('active', 'a', 'b');
    await harness.addBackfills('paused', 'c');
    harness.ui.picked = ['public.b'];
    assert.deepEqual(await harness.run(pause), [
      'Select backfills to pause public.a, public.b',
      'status bar: Paused public.b → orders. [Undo]',
    ]);
    harness.ui.picked = undefined;
    assert.deepEqual(await harness.run(cancel), ['Select backfills to cancel public.a, public.b, public.c']);
    assert.deepEqual(await harness.run(runAgain), [
      'information: No finished backfills are loaded. Expand a sink to load its backfills.',
    ]);
    assert.equal(harness.writeCount, 1);
  });

  it('refreshes the backfills that the user can pick if the last poll was 30 s ago', async () => {
    await harness.addBackfills('active', 'a', 'b');
    harness.emulator.world.setBackfill(harness.sink.backfills[0]?.json.id ?? '', { state: 'paused' });
    assert.deepEqual(await harness.run(pause), ['Select backfills to pause public.a, public.b']);
    harness.localNow += 30_000;
    assert.deepEqual(await harness.run(pause), ['Select backfills to pause public.b']);
  });

  it('doesn’t wait for a connection that hasn’t responded when the user picks a backfill', async () => {
    await harness.addBackfills('active', 'a');
    const listSinks = () => new Promise<never>(() => undefined);
    harness.connections.connect(
      { url: 'http://slow', token: '' },
      { clock: harness.clock, api: apiWith({ listSinks }) },
    );
    harness.ui.picked = ['public.a'];
    harness.ui.picksEarly = true;
    assert.deepEqual(await harness.run(pause), [
      'Select backfills to pause public.a',
      'status bar: Paused public.a → orders. [Undo]',
    ]);
  });

  it('ticks the selected rows, but not rows with the same IDs in another connection', async () => {
    const [row = assert.fail()] = await harness.addBackfills('active', 'a', 'b');
    const copy = harness.connections.connect(harness.emulator, {
      clock: harness.clock,
      connection: { id: 'copy', name: 'Copy' },
    });
    await copy.refresh();
    harness.selection = [
      { kind: 'backfill', ...row, connectionId: 'copy' },
      { kind: 'sink', ...harness.sinkRow, connectionId: 'copy' },
    ];
    await harness.run(pause);
    const tickedGroups = [harness.ui.tickedItems.map(({ label, group }) => [label, group])];
    await harness.run(createSinkCommand('pauseSink'));
    tickedGroups.push(harness.ui.tickedItems.map(({ label, group }) => [label, group]));
    assert.deepEqual(tickedGroups, [[['public.a', 'Copy · Running']], [['orders', 'Copy']]]);
  });

  describe('on several backfills', () => {
    it('asks once, shows the progress, and reports one result', async () => {
      const rows = [
        ...(await harness.addBackfills('active', 'a', 'b')),
        ...(await harness.addBackfills('paused', 'c')),
      ];
      assert.deepEqual(await harness.run(pause, rows), [
        'Pause 2 backfills? [Pause] [Run a Few at a Time…] [Keep Running]',
      ]);
      assert.equal(harness.writeCount, 0);
      harness.ui.answers = ['Pause'];
      assert.deepEqual(await harness.run(pause, rows), [
        'Pause 2 backfills? [Pause] [Run a Few at a Time…] [Keep Running]',
        'progress of 2: Pausing 2 backfills',
        'status bar: Paused 2 backfills.',
      ]);
      await harness.clock.advance(1_000);
      harness.ui.answers = ['Cancel Backfills'];
      assert.deepEqual(await harness.run(createChangeAllCommand('cancel'), [harness.sinkRow]), [
        'Cancel 3 backfills? [Cancel Backfills] [Keep Backfills]',
        'progress of 3: Canceling 3 backfills',
        'status bar: Cancelled 3 backfills.',
      ]);
      assert.deepEqual(await harness.run(createChangeAllCommand('cancel'), [harness.sinkRow]), [
        'information: No backfills are in progress.',
      ]);
    });

    it('retries the changes that failed', async () => {
      const rows = await harness.addBackfills('active', 'a', 'b', 'c');
      harness.ui.answers = ['Pause'];
      harness.emulator.fault({ status: 500, method: 'PATCH', times: 2 });
      assert.equal(
        (await harness.run(pause, rows)).at(-1),
        'warning: Paused 1 of 3 backfills. Failed for public.a → orders, public.b → orders: Shop returned an internal error (HTTP 500). Check the Sequin server log. [Try Again]',
      );
      assert.deepEqual(await harness.press('Try Again'), [
        'progress of 2: Pausing 2 backfills',
        'status bar: Paused 2 backfills.',
      ]);
      assert.deepEqual(
        ['a', 'b', 'c'].map((name) => harness.getState(name)),
        ['paused', 'paused', 'paused'],
      );
    });

    it('offers no retry of a change that isn’t confirmed yet', async () => {
      const rows = await harness.addBackfills('active', 'a', 'b');
      harness.ui.answers = ['Cancel Backfills'];
      harness.emulator.fault({ status: 504, method: 'PATCH', times: 1 });
      assert.equal(
        (await harness.run(cancel, rows)).at(-1),
        'warning: Cancelled 1 of 2 backfills. Couldn’t confirm public.a → orders: Shop is unavailable (HTTP 504). It may be starting, or a proxy can’t reach it.',
      );
    });

    it('starts no further changes once the user aborts it, and offers to change the rest', async () => {
      const rows = await harness.addBackfills('active', 'a', 'b', 'c', 'd', 'e', 'f');
      harness.ui.answers = ['Pause'];
      harness.ui.onStep = (abort) => {
        abort();
      };
      const [, , result = ''] = await harness.run(pause, rows);
      const [, done = ''] =
        /^warning: Paused (\d) of 6 backfills\. Skipped: .+ \[Try Again\]$/.exec(result) ?? [];
      assert.equal(Number(done), harness.writeCount);
      harness.ui.onStep = () => undefined;
      await harness.press('Try Again');
      assert.equal(harness.writeCount, 6);
      assert.ok(harness.sink.backfills.every(({ json }) => json.state === 'paused'));
    });
  });

  describe('in production', () => {
    beforeEach(() => {
      harness.servers.setServers([]);
      harness.connect({ production: true });
    });

    it('asks for confirmation before every change, including Undo', async () => {
      const rows = await harness.addBackfills('active', 'a');
      const question = 'Pause public.a → orders in production (Shop)? [Keep Running] [Pause in Production]';
      assert.deepEqual(await harness.run(pause, rows), [question]);
      assert.equal(harness.writeCount, 0);
      harness.ui.answers = ['Pause in Production'];
      assert.deepEqual(await harness.run(pause, rows), [
        question,
        'status bar: Paused public.a → orders. [Undo]',
      ]);
      assert.deepEqual(await harness.press('Undo'), [
        'Resume public.a → orders in production (Shop)? [Keep Paused] [Resume in Production]',
      ]);
      assert.equal(harness.getState('a'), 'paused');
    });

    it('sends a confirmed change even if another change began while the dialog was open', async () => {
      harness.ui.answers = ['Pause in Production'];
      await harness.run(pause, await harness.addBackfills('active', 'a'));
      await harness.clock.advance(1_000);
      harness.ui.answers = ['Resume in Production'];
      beginPauseOnAsk('a');
      assert.equal((await harness.press('Undo')).at(-1), 'status bar: Resumed public.a → orders.');
      assert.equal(harness.getState('a'), 'active');
    });

    it('asks only once before it cancels or starts a backfill', async () => {
      const rows = await harness.addBackfills('active', 'a');
      harness.ui.answers = ['Cancel Backfill in Production'];
      assert.deepEqual(await harness.run(cancel, rows), [
        'Cancel public.a → orders in production (Shop)? [Keep Backfill] [Cancel Backfill in Production]',
        'status bar: Cancelled public.a → orders.',
      ]);
      harness.ui.tables = ['public.b'];
      harness.ui.answers = ['Start Paused in Production'];
      assert.deepEqual(await harness.run(startBackfill, [harness.sinkRow]), [
        'Start a backfill of public.b in production (Shop)? [Don’t Start] [Start in Production] [Start Paused in Production] [Open in Console]',
        'status bar: Created public.b → orders (paused). [Show Backfill]',
      ]);
    });
  });

  it('can be tried again after a new token was entered, but not after the address of the connection changed', async () => {
    const rows = await harness.addBackfills('active', 'a', 'b');
    harness.ui.answers = ['Pause'];
    harness.emulator.fault({ status: 401, method: 'PATCH' });
    assert.match((await harness.run(pause, rows)).at(-1) ?? '', /rejected the API token.* \[Try Again\]$/);
    harness.emulator.fault(undefined);
    const requestCount = harness.writeCount;
    harness.connect({ address: 'http://moved', id: harness.emulator.url });
    assert.deepEqual(await harness.press('Try Again'), []);
    assert.equal(harness.writeCount, requestCount);
    harness.connect();
    assert.equal((await harness.press('Try Again')).at(-1), 'status bar: Paused 2 backfills.');
  });

  it('does nothing on Undo after the connection was removed', async () => {
    await harness.run(pause, await harness.addBackfills('active', 'a'));
    harness.servers.setServers([]);
    assert.deepEqual(await harness.press('Undo'), []);
    assert.equal(harness.writeCount, 1);
  });
});
