import assert from 'node:assert/strict';
import { createApiClient } from '../../../../src/api/createApiClient.ts';
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
import { runAgain } from '../../../../src/commands/backfills/runAgain.ts';
import { startBackfill } from '../../../../src/commands/backfills/startBackfill.ts';
import type { CommandHandler } from '../../../../src/commands/CommandHandler.ts';
import { copyBackfillId, copySinkName } from '../../../../src/commands/copy/copyCommands.ts';
import { createSinkCommand } from '../../../../src/commands/sinks/changeSinks.ts';
import { openBackfill, openSink, openToSide } from '../../../../src/commands/view/openPage.ts';
import { refresh, refreshAll, retry, revealInSinksView } from '../../../../src/commands/view/treeCommands.ts';
import type { Backfill } from '../../../../src/model/Backfill.ts';
import type { Connection } from '../../../../src/model/Connection.ts';
import { SequinError } from '../../../../src/model/failure.ts';
import { listWaiting } from '../../../../src/model/queue/BackfillQueue.ts';
import type { BackfillState } from '../../../../src/sampleServer/sequinTypes.ts';
import type { Sink } from '../../../../src/sampleServer/World.ts';
import type { ServerMonitor } from '../../../../src/servers/ServerMonitor.ts';
import { findBackfill } from '../../../../src/servers/Snapshot.ts';
import type { Emulator } from '../../../emulator/Emulator.ts';
import { apiWith, connectionTo, now, serversOf } from '../../samples.ts';
import { TestClock } from '../../TestClock.ts';
import { useEmulators } from '../../useServers.ts';
import { waitUntil } from '../../waitUntil.ts';
import { runOnRows } from '../createContext.ts';
import { FakeUi } from '../FakeUi.ts';
import { useConnections } from '../useConnections.ts';

describe('a command on backfills', () => {
  const startEmulator = useEmulators();
  const connections = useConnections();
  const { servers } = connections;
  let emulator: Emulator;
  let clock: TestClock;
  let timeoutClock: TestClock;
  let localNow: number;
  let monitor: ServerMonitor;
  let sink: Sink;
  let ui: FakeUi;
  let selection: readonly object[];

  beforeEach(async () => {
    clock = new TestClock(now);
    timeoutClock = new TestClock(now);
    localNow = now;
    ui = new FakeUi();
    selection = [];
    await startServer();
  });

  /** Starts a server with a sink of six tables, and connects to it. */
  async function startServer(version = '0.14.6'): Promise<void> {
    // The server's clock doesn't advance, so its backfills make no progress.
    const serverClock = { now: () => now };
    emulator = await startEmulator({ scenario: 'empty', latency: false, clock: serverClock, version });
    const tables = ['public.a', 'public.b', 'public.c', 'public.d', 'public.e', 'public.f'];
    const source = { include_schemas: null, exclude_schemas: null, exclude_tables: null };
    sink = emulator.world.addSink({ name: 'orders', source: { ...source, include_tables: tables } });
    connect();
  }

  function connect(overrides: Partial<Connection> = {}): void {
    const { url: address, token } = emulator;
    monitor = connections.connect(emulator, {
      connection: { name: 'Shop', ...overrides },
      api: createApiClient({ address, token, retryDelayMs: 1, clock: timeoutClock }),
      // Waiting advances the timers only, so that the age of a state doesn't depend on the machine.
      clock: {
        now: () => localNow,
        monotonicNow: () => localNow,
        schedule: (delayMs, callback) => clock.schedule(delayMs, callback),
      },
      random: () => 0,
    });
  }

  /** Adds a backfill for each table to the server, and loads them. Returns their rows. */
  async function addBackfills(state: BackfillState, ...names: readonly string[]): Promise<object[]> {
    const rows = names.map((name) => {
      // Lists have the latest first.
      const inserted_at = new Date(now - sink.backfills.length * 60_000).toISOString().replace(/\.\d+/, '');
      const counts = { rows_initial_count: 1000, rows_processed_count: 500, inserted_at };
      const { json } = emulator.world.addBackfill(sink.json.id, {
        table: `public.${name}`,
        state,
        ...counts,
      });
      return { connectionId: emulator.url, sinkId: sink.json.id, backfillId: json.id };
    });
    await monitor.refresh();
    await monitor.backfillLists.load(sink.json.id);
    return rows;
  }

  const sinkRow = () => ({ connectionId: emulator.url, sinkId: sink.json.id });
  const getState = (name: string) =>
    sink.backfills.findLast(({ json }) => json.table === `public.${name}`)?.json.state;
  /** Returns the loaded backfill of a table. */
  const getBackfill = (name: string): Backfill => {
    const id = sink.backfills.find(({ json }) => json.table === `public.${name}`)?.json.id ?? '';
    return findBackfill(monitor.snapshot, sink.json.id, id) ?? assert.fail();
  };
  const writeCount = () => emulator.requests.filter(({ method }) => method !== 'GET').length;

  /** Runs a command on rows, or without any. Advances the clock until it has finished. */
  async function run(handler: CommandHandler, rows?: readonly object[]): Promise<string[]> {
    const running = runOnRows(handler, rows, {
      ui,
      servers,
      getSelection: () => selection,
      revealRow: (row: object) => ui.lines.push(`reveals ${Object.keys(row).join(' ')}`),
      panels: {
        open: (ref: object, options: object) => ui.lines.push(`opens ${describePage(ref, options)}`),
      },
      metricsOffer: {
        offer: ({ connection }: ServerMonitor) => ui.lines.push(`offers metrics of ${connection.name}`),
      },
    });
    await finish(running);
    return running;
  }

  const describePage = (ref: object, options: object): string =>
    `${Object.keys(ref).join(' ')} ${JSON.stringify(options)}`;

  async function press(label: string): Promise<string[]> {
    await finish(ui.press(label));
    return ui.takeLines();
  }

  /** Begins to pause a backfill, as another command would, when the next dialog opens. */
  function beginPauseOnAsk(name: string): void {
    const { ask } = ui;
    ui.ask = (question) => {
      ui.ask = ask;
      void monitor.changeBackfill(getBackfill(name), 'pause');
      return ask(question);
    };
  }

  async function finish(running: Promise<unknown>): Promise<void> {
    let isFinished = false;
    const result = running.finally(() => (isFinished = true));
    await Promise.race([
      result,
      waitUntil(
        () => isFinished,
        () => clock.advance(100),
      ),
    ]);
    await result;
  }

  const pause = createChangeCommand('pause');
  const resume = createChangeCommand('resume');
  const cancel = createChangeCommand('cancel');

  describe('with a result', () => {
    it('reports a single change', async () => {
      const [row = assert.fail()] = await addBackfills('paused', 'a');
      assert.deepEqual(await run(resume, [row]), ['status bar: Resumed public.a → orders.']);
      await clock.advance(1_000);
      assert.deepEqual(await run(pause, [row]), ['status bar: Paused public.a → orders. [Undo]']);
      await clock.advance(1_000);
      ui.answers = ['Cancel Backfill'];
      assert.deepEqual(await run(cancel, [row]), [
        'Cancel public.a → orders? [Cancel Backfill] [Keep Backfill]',
        'status bar: Cancelled public.a → orders.',
      ]);
      assert.equal(getState('a'), 'cancelled');
    });

    it('explains that the current state doesn’t allow the change', async () => {
      const rows = await addBackfills('active', 'a', 'b');
      assert.deepEqual(await run(resume, rows.slice(0, 1)), [
        'information: Couldn’t resume public.a → orders. It’s active: 50% · 500 of 1,000 rows.',
      ]);
      assert.deepEqual(await run(resume, rows), ['information: No backfills are paused.']);
      assert.equal(writeCount(), 0);
    });

    it('reports a change by someone else as the reason for a failure', async () => {
      const [row = assert.fail()] = await addBackfills('active', 'a');
      emulator.world.setBackfill(sink.backfills[0]?.json.id ?? '', { state: 'completed' });
      const [message, ...others] = await run(pause, [row]);
      // How far the clock advances until the responses arrive depends on the machine.
      assert.match(
        String(message),
        /^warning: Couldn’t pause public\.a → orders\. It already completed .+\.$/,
      );
      assert.deepEqual(others, []);
    });

    it('reports a failure with its reason and the next step', async () => {
      const [row = assert.fail()] = await addBackfills('active', 'a');
      emulator.fault({ status: 429, times: 1 });
      assert.deepEqual(await run(pause, [row]), [
        'warning: Couldn’t pause public.a → orders. Shop is limiting the rate of requests. [Try Again]',
      ]);
      assert.deepEqual(await press('Try Again'), ['status bar: Paused public.a → orders. [Undo]']);
      emulator.fault({ status: 401 });
      assert.deepEqual(await press('Undo'), [
        'warning: Couldn’t resume public.a → orders. Shop rejected the API token. [Enter Token]',
      ]);
      assert.deepEqual(await press('Enter Token'), ['sequin.enterToken connectionId']);
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
        const [row = assert.fail()] = await addBackfills('active', 'a');
        emulator.fault({ ...fault, method: 'PATCH' });
        const running = run(pause, [row]);
        if ('hang' in fault) {
          await waitUntil(() => writeCount() > 0);
          await timeoutClock.advance(15_000);
        }
        assert.deepEqual(await running, [
          `warning: Couldn’t confirm that public.a → orders was paused. ${reason} It’s active: 50% · 500 of 1,000 rows. [Refresh]`,
        ]);
        assert.deepEqual(await press('Refresh'), ['sequin.refresh connectionId']);
        assert.equal(writeCount(), 1);
      });

      it(`reports a start as not confirmed yet after ${loss}`, async () => {
        await monitor.refresh();
        ui.tables = ['public.a'];
        ui.answers = ['Start'];
        emulator.fault({ ...fault, method: 'POST' });
        const running = run(startBackfill, [sinkRow()]);
        if ('hang' in fault) {
          await waitUntil(() => writeCount() > 0);
          await timeoutClock.advance(15_000);
        }
        assert.equal(
          (await running).at(-1),
          `warning: Couldn’t confirm that public.a → orders was started. ${reason} [Refresh]`,
        );
        assert.equal(writeCount(), 1);
      });
    }
  });

  it('is not sent twice when it is run twice at once', async () => {
    const rows = await addBackfills('active', 'a');
    assert.deepEqual((await Promise.all([run(pause, rows), run(pause, rows)])).flat(), [
      'status bar: Paused public.a → orders. [Undo]',
    ]);
    assert.equal(writeCount(), 1);
  });

  it('waits for an earlier change instead of dropping a confirmed one', async () => {
    const rows = await addBackfills('active', 'a');
    ui.answers = ['Cancel Backfill'];
    await Promise.all([run(pause, rows), run(cancel, rows)]);
    assert.equal(getState('a'), 'cancelled');
  });

  it('changes a backfill once if its row is passed twice', async () => {
    const [row = {}] = await addBackfills('active', 'a');
    assert.deepEqual(await run(pause, [row, { ...row }]), ['status bar: Paused public.a → orders. [Undo]']);
  });

  it('can be undone immediately', async () => {
    await run(pause, await addBackfills('active', 'a'));
    assert.deepEqual(ui.buttons, ['Undo']);
    assert.deepEqual(await press('Undo'), ['status bar: Resumed public.a → orders.']);
    assert.equal(getState('a'), 'active');
  });

  it('offers no undo once the backfill is no longer paused', async () => {
    await run(pause, await addBackfills('active', 'a'));
    emulator.world.setBackfill(sink.backfills[0]?.json.id ?? '', { state: 'active' });
    await monitor.refresh();
    assert.deepEqual(ui.buttons, []);
  });

  it('lets the user pick backfills if it is run without any', async () => {
    await addBackfills('active', 'a', 'b');
    await addBackfills('paused', 'c');
    ui.picked = ['public.b'];
    assert.deepEqual(await run(pause), [
      'Select backfills to pause public.a, public.b',
      'status bar: Paused public.b → orders. [Undo]',
    ]);
    ui.picked = undefined;
    assert.deepEqual(await run(cancel), ['Select backfills to cancel public.a, public.b, public.c']);
    assert.deepEqual(await run(runAgain), [
      'information: No finished backfills are loaded. Expand a sink to load its backfills.',
    ]);
    assert.equal(writeCount(), 1);
  });

  it('lets the user pick from the current backfills if the last poll was 30 s ago', async () => {
    await addBackfills('active', 'a', 'b');
    emulator.world.setBackfill(sink.backfills[0]?.json.id ?? '', { state: 'paused' });
    assert.deepEqual(await run(pause), ['Select backfills to pause public.a, public.b']);
    localNow += 30_000;
    assert.deepEqual(await run(pause), ['Select backfills to pause public.b']);
  });

  it('doesn’t wait for a connection that hasn’t responded before the user picks', async () => {
    await addBackfills('active', 'a');
    const listSinks = () => new Promise<never>(() => undefined);
    connections.connect({ url: 'http://slow', token: '' }, { clock, api: apiWith({ listSinks }) });
    ui.picked = ['public.a'];
    ui.picksEarly = true;
    assert.deepEqual(await run(pause), [
      'Select backfills to pause public.a',
      'status bar: Paused public.a → orders. [Undo]',
    ]);
  });

  it('ticks the selected rows only of their own connection', async () => {
    const [row = assert.fail()] = await addBackfills('active', 'a', 'b');
    const copy = connections.connect(emulator, { clock, connection: { id: 'copy', name: 'Copy' } });
    await copy.refresh();
    selection = [
      { kind: 'backfill', ...row, connectionId: 'copy' },
      { kind: 'sink', ...sinkRow(), connectionId: 'copy' },
    ];
    await run(pause);
    const tickedGroups = [ui.tickedItems.map(({ label, group }) => [label, group])];
    await run(createSinkCommand('pauseSink'));
    tickedGroups.push(ui.tickedItems.map(({ label, group }) => [label, group]));
    assert.deepEqual(tickedGroups, [[['public.a', 'Copy · Running']], [['orders', 'Copy']]]);
  });

  it('lists unfinished backfills first, with their state', async () => {
    await addBackfills('completed', 'a');
    await addBackfills('paused', 'b');
    await addBackfills('active', 'c');
    ui.picked = [];
    await run(copyBackfillId);
    assert.deepEqual(
      ui.items.map(({ label, group, icon }) => [label, group, icon]),
      [
        ['public.c', 'Running', 'sync'],
        ['public.b', 'Paused', 'debug-pause'],
        ['public.a', 'Finished', 'pass'],
      ],
    );
    const other = { state: { kind: 'signedOut', connection: connectionTo('http://other') } } as const;
    servers.setServers([...serversOf(monitor), { ...other, monitor: undefined }]);
    await run(copyBackfillId);
    assert.deepEqual(
      ui.items.map(({ group }) => group),
      ['Shop · Running', 'Shop · Paused', 'Shop · Finished'],
    );
  });

  describe('on several backfills', () => {
    it('asks once, shows progress and one result', async () => {
      const rows = [...(await addBackfills('active', 'a', 'b')), ...(await addBackfills('paused', 'c'))];
      assert.deepEqual(await run(pause, rows), [
        'Pause 2 backfills? [Pause] [Run a Few at a Time…] [Keep Running]',
      ]);
      assert.equal(writeCount(), 0);
      ui.answers = ['Pause'];
      assert.deepEqual(await run(pause, rows), [
        'Pause 2 backfills? [Pause] [Run a Few at a Time…] [Keep Running]',
        'progress of 2: Pausing 2 backfills',
        'status bar: Paused 2 backfills.',
      ]);
      await clock.advance(1_000);
      ui.answers = ['Cancel Backfills'];
      assert.deepEqual(await run(createChangeAllCommand('cancel'), [sinkRow()]), [
        'Cancel 3 backfills? [Cancel Backfills] [Keep Backfills]',
        'progress of 3: Canceling 3 backfills',
        'status bar: Cancelled 3 backfills.',
      ]);
      assert.deepEqual(await run(createChangeAllCommand('cancel'), [sinkRow()]), [
        'information: No backfills are in progress.',
      ]);
    });

    it('retries the changes that failed', async () => {
      const rows = await addBackfills('active', 'a', 'b', 'c');
      ui.answers = ['Pause'];
      emulator.fault({ status: 500, method: 'PATCH', times: 2 });
      assert.equal(
        (await run(pause, rows)).at(-1),
        'warning: Paused 1 of 3 backfills. Failed for public.a → orders, public.b → orders: Shop returned an internal error (HTTP 500). Check the Sequin server log. [Try Again]',
      );
      assert.deepEqual(await press('Try Again'), [
        'progress of 2: Pausing 2 backfills',
        'status bar: Paused 2 backfills.',
      ]);
      assert.deepEqual(['a', 'b', 'c'].map(getState), ['paused', 'paused', 'paused']);
    });

    it('retries no change that is not confirmed yet', async () => {
      const rows = await addBackfills('active', 'a', 'b');
      ui.answers = ['Cancel Backfills'];
      emulator.fault({ status: 504, method: 'PATCH', times: 1 });
      assert.equal(
        (await run(cancel, rows)).at(-1),
        'warning: Cancelled 1 of 2 backfills. Couldn’t confirm public.a → orders: Shop is unavailable (HTTP 504). It may be starting, or a proxy can’t reach it.',
      );
    });

    it('starts no further change once the user aborts it, and can then change the rest', async () => {
      const rows = await addBackfills('active', 'a', 'b', 'c', 'd', 'e', 'f');
      ui.answers = ['Pause'];
      ui.onStep = (abort) => {
        abort();
      };
      const [, , result = ''] = await run(pause, rows);
      const [, done = ''] =
        /^warning: Paused (\d) of 6 backfills\. Skipped: .+ \[Try Again\]$/.exec(result) ?? [];
      assert.equal(Number(done), writeCount());
      ui.onStep = () => undefined;
      await press('Try Again');
      assert.equal(writeCount(), 6);
      assert.ok(sink.backfills.every(({ json }) => json.state === 'paused'));
    });
  });

  describe('in production', () => {
    beforeEach(() => {
      servers.setServers([]);
      connect({ production: true });
    });

    it('asks for confirmation before every change, including Undo', async () => {
      const rows = await addBackfills('active', 'a');
      const question = 'Pause public.a → orders in production (Shop)? [Keep Running] [Pause in Production]';
      assert.deepEqual(await run(pause, rows), [question]);
      assert.equal(writeCount(), 0);
      ui.answers = ['Pause in Production'];
      assert.deepEqual(await run(pause, rows), [question, 'status bar: Paused public.a → orders. [Undo]']);
      assert.deepEqual(await press('Undo'), [
        'Resume public.a → orders in production (Shop)? [Keep Paused] [Resume in Production]',
      ]);
      assert.equal(getState('a'), 'paused');
    });

    it('sends a confirmed change after another one that began while the dialog was open', async () => {
      ui.answers = ['Pause in Production'];
      await run(pause, await addBackfills('active', 'a'));
      await clock.advance(1_000);
      ui.answers = ['Resume in Production'];
      beginPauseOnAsk('a');
      assert.equal((await press('Undo')).at(-1), 'status bar: Resumed public.a → orders.');
      assert.equal(getState('a'), 'active');
    });

    it('asks once before it cancels and before it starts', async () => {
      const rows = await addBackfills('active', 'a');
      ui.answers = ['Cancel Backfill in Production'];
      assert.deepEqual(await run(cancel, rows), [
        'Cancel public.a → orders in production (Shop)? [Keep Backfill] [Cancel Backfill in Production]',
        'status bar: Cancelled public.a → orders.',
      ]);
      ui.tables = ['public.b'];
      ui.answers = ['Start Paused in Production'];
      assert.deepEqual(await run(startBackfill, [sinkRow()]), [
        'Start a backfill of public.b in production (Shop)? [Don’t Start] [Start in Production] [Start Paused in Production] [Open in Console]',
        'status bar: Created public.b → orders (paused). [Show Backfill]',
      ]);
    });
  });

  it('opens the page of a backfill or a sink, and offers the metrics of its connection', async () => {
    const rows = await addBackfills('active', 'a');
    const offer = 'offers metrics of Shop';
    const keepFocus = '{"preserveFocus":true}';
    assert.deepEqual(await run(openBackfill, rows), [
      `opens connectionId sinkId backfillId ${keepFocus}`,
      offer,
    ]);
    assert.deepEqual(await run(openSink, [sinkRow()]), [`opens connectionId sinkId ${keepFocus}`, offer]);
    const toSide = '{"toSide":true}';
    assert.deepEqual(await run(openToSide, rows), [`opens connectionId sinkId backfillId ${toSide}`, offer]);
    assert.deepEqual(await run(openToSide, [sinkRow()]), [`opens connectionId sinkId ${toSide}`, offer]);
  });

  it('shows the row of a backfill or a sink, or of the backfill that the user picks', async () => {
    const [row = assert.fail()] = await addBackfills('active', 'a');
    const backfillRow = 'reveals kind connectionId sinkId backfillId';
    assert.deepEqual(await run(revealInSinksView, [row]), [backfillRow]);
    assert.deepEqual(await run(revealInSinksView, [sinkRow()]), ['reveals kind connectionId sinkId']);
    ui.picked = ['public.a'];
    assert.deepEqual(await run(revealInSinksView), ['Select a backfill public.a', backfillRow]);
  });

  it('copies the names of sinks and the ids of backfills, and nothing for other rows', async () => {
    const rows = await addBackfills('active', 'a', 'b');
    const { name } = emulator.world.addSink({ name: 'second' }).json;
    await monitor.refresh();
    const secondRow = { ...sinkRow(), sinkId: emulator.world.getSink(name).json.id };
    assert.deepEqual(await run(copySinkName, [sinkRow()]), ['copies orders']);
    assert.deepEqual(await run(copySinkName, [sinkRow(), secondRow]), ['copies orders\nsecond']);
    const ids = sink.backfills.map(({ json }) => json.id).join('\n');
    assert.deepEqual(await run(copyBackfillId, rows), [`copies ${ids}`]);
    const connectionRow = { connectionId: emulator.url };
    assert.deepEqual(await run(copyBackfillId, [connectionRow, ...rows]), [`copies ${ids}`]);
    assert.deepEqual(await run(copyBackfillId, [connectionRow, sinkRow()]), []);
    ui.picked = [];
    assert.deepEqual(await run(copyBackfillId), ['Select a backfill public.a, public.b']);
  });

  it('can be tried again after a new token was entered, but not after the connection was moved', async () => {
    const rows = await addBackfills('active', 'a', 'b');
    ui.answers = ['Pause'];
    emulator.fault({ status: 401, method: 'PATCH' });
    assert.match((await run(pause, rows)).at(-1) ?? '', /rejected the API token.* \[Try Again\]$/);
    emulator.fault(undefined);
    const requestCount = writeCount();
    connect({ address: 'http://moved', id: emulator.url });
    assert.deepEqual(await press('Try Again'), []);
    assert.equal(writeCount(), requestCount);
    connect();
    assert.equal((await press('Try Again')).at(-1), 'status bar: Paused 2 backfills.');
  });

  it('refreshes all servers from the title of a view, whichever row has the focus', async () => {
    const second = await startEmulator({ scenario: 'empty', latency: false });
    connections.connect(second, { clock });
    await run(refresh, [{ connectionId: second.url }]);
    assert.deepEqual(
      [emulator, second].map(({ requests }) => requests.length > 0),
      [false, true],
    );
    await run(refreshAll, [{ connectionId: second.url }]);
    assert.ok(emulator.requests.length > 0);
  });

  it('refreshes and retries nothing for ids without their connection', async () => {
    await run(refresh, [{ sinkId: sink.json.id }]);
    await run(retry, [{ databaseId: 'd' }]);
    assert.deepEqual(emulator.requests, []);
  });

  it('does nothing for a connection that was removed in the meantime', async () => {
    await run(pause, await addBackfills('active', 'a'));
    servers.setServers([]);
    assert.deepEqual(await press('Undo'), []);
    assert.equal(writeCount(), 1);
  });

  describe('that lets a few backfills run at a time', () => {
    const limits = 'Select how many backfills run at a time';
    const states = () => ['a', 'b', 'c', 'd'].map(getState).join(' ');
    const queued = () =>
      monitor.snapshot.queue?.items.map(({ backfillId }) => backfillId.slice(-2)).join(' ') ?? '';
    const countWaiting = () => monitor.snapshot.queue && listWaiting(monitor.snapshot.queue).length;
    const getIds = (rows: readonly object[]) =>
      rows.map((row) => (row as { backfillId: string }).backfillId.slice(-2)).join(' ');
    const few = 'Run a Few at a Time…';

    it('creates all backfills paused, and resumes the first ones', async () => {
      await monitor.refresh();
      ui.tables = ['public.a', 'public.b', 'public.c', 'public.d'];
      ui.answers = [few];
      ui.picked = ['At most 2 at a time'];
      assert.deepEqual(await run(startBackfill, [sinkRow()]), [
        `Start 4 backfills? [Start] [${few}] [Start Paused] [Open in Console] [Don’t Start]`,
        `${limits} One at a time, At most 2 at a time, At most 3 at a time`,
        'progress of 4: Starting 4 backfills',
        'status bar: Queued 4 backfills.',
      ]);
      await waitUntil(() => states() === 'active active paused paused');
    });

    it('starts nothing if no limit is picked', async () => {
      await monitor.refresh();
      ui.tables = ['public.a', 'public.b'];
      ui.answers = [few];
      await run(startBackfill, [sinkRow()]);
      assert.equal(writeCount(), 0);
    });

    it('explains that an old server has no queue', async () => {
      await startServer('0.13.5');
      await monitor.refresh();
      await waitUntil(() => monitor.snapshot.version === '0.13.5');
      ui.tables = ['public.a', 'public.b'];
      assert.deepEqual(await run(startBackfill, [sinkRow()]), [
        'Start 2 backfills? [Start] [Open in Console] [Don’t Start]',
      ]);
      assert.match(ui.lastDetail, /To run a few at a time, the server needs Sequin 0\.13\.6 or newer/);
    });

    it('resumes paused backfills in the order of their start', async () => {
      await addBackfills('paused', 'd', 'c', 'b', 'a');
      ui.answers = [few];
      ui.picked = ['At most 2 at a time'];
      assert.deepEqual(await run(createChangeAllCommand('resume'), [sinkRow()]), [
        `Resume 4 backfills? [Resume] [${few}] [Keep Paused]`,
        `${limits} One at a time, At most 2 at a time, At most 3 at a time`,
        'status bar: Queued 4 backfills.',
      ]);
      await waitUntil(() => states() === 'active active paused paused');
    });

    it('reports once how many backfills of several connections it queues', async () => {
      const rows = await addBackfills('paused', 'a', 'b');
      const second = await startEmulator({ scenario: 'empty', latency: false });
      const { json } = second.world.addSink({ name: 'other' });
      const { json: other } = second.world.addBackfill(json.id, { table: 'public.other', state: 'paused' });
      await connections.connect(second, { clock }).refresh();
      rows.push({ connectionId: second.url, sinkId: json.id, backfillId: other.id });
      ui.answers = [few];
      ui.picked = ['One at a time'];
      assert.deepEqual((await run(resume, rows)).slice(2), ['status bar: Queued 3 backfills.']);
      await waitUntil(() => [getState('a'), getState('b'), other.state].join(' ') === 'paused active active');
    });

    it('pauses the backfills beyond the limit', async () => {
      await addBackfills('active', 'd', 'c', 'b', 'a');
      ui.answers = [few];
      ui.picked = ['At most 3 at a time'];
      await run(createChangeAllCommand('pause'), [sinkRow()]);
      assert.equal(states(), 'active active active paused');
      assert.equal(monitor.snapshot.queue?.items.length, 4);
    });

    it('pauses a backfill beyond the limit after a change that began while the limit was picked', async () => {
      const [b = {}, a = {}] = await addBackfills('active', 'b', 'a');
      const { pickOne } = ui;
      ui.pickOne = (...args) => {
        void monitor.changeBackfill(getBackfill('b'), 'pause');
        return pickOne(...args);
      };
      ui.answers = [few];
      ui.picked = ['One at a time'];
      assert.equal((await run(pause, [a, b])).at(-1), 'status bar: Paused public.b → orders. [Undo]');
      assert.equal(queued(), getIds([a, b]));
    });

    it('queues only the backfills that were paused, of two connections with the same ids', async () => {
      const rows = await addBackfills('active', 'b', 'a');
      const copy = connections.connect(emulator, { clock, connection: { id: 'copy' } });
      await copy.refresh();
      emulator.fault({ status: 429, method: 'PATCH', times: 1 });
      ui.answers = [few];
      ui.picked = ['One at a time'];
      await run(pause, [...rows, ...rows.map((row) => ({ ...row, connectionId: 'copy' }))]);
      const counts = [monitor, copy].map(({ snapshot }) => snapshot.queue?.items.length);
      assert.deepEqual(counts.sort(), [1, 2]);
    });

    it('is not offered for one backfill of each connection', async () => {
      const [row = {}] = await addBackfills('active', 'a');
      await connections.connect(emulator, { clock, connection: { id: 'copy' } }).refresh();
      assert.deepEqual(await run(pause, [row, { ...row, connectionId: 'copy' }]), [
        'Pause 2 backfills? [Pause] [Keep Running]',
      ]);
    });

    it('asks for confirmation in production, in one dialog, and resumes nothing without it', async () => {
      connect({ production: true });
      await addBackfills('paused', 'a', 'b');
      const question = `Resume 2 backfills in production (Shop)? [Keep Paused] [Resume in Production] [${few}]`;
      assert.deepEqual(await run(createChangeAllCommand('resume'), [sinkRow()]), [question]);
      assert.equal(writeCount(), 0);
      ui.answers = [few];
      ui.picked = ['One at a time'];
      assert.deepEqual(await run(createChangeAllCommand('resume'), [sinkRow()]), [
        question,
        `${limits} One at a time`,
        'status bar: Queued 2 backfills.',
      ]);
    });

    describe('with a queue', () => {
      let rows: readonly object[];

      beforeEach(async () => {
        rows = await addBackfills('paused', 'd', 'c', 'b', 'a');
        rows = rows.toReversed();
        ui.answers = [few];
        ui.picked = ['One at a time'];
        await run(createChangeAllCommand('resume'), [sinkRow()]);
        await waitUntil(() => monitor.snapshot.queue?.items[0]?.phase === 'started');
        // Later than a second press of a double click.
        await clock.advance(1_000);
        ui.picked = undefined;
      });

      it('moves a backfill up', async () => {
        const [a = {}, b = {}, c = {}, d = {}] = rows;
        await run(moveUpInQueue, [c]);
        assert.equal(queued(), getIds([a, c, b, d]));
        await run(moveUpInQueue, [a]);
        assert.equal(queued(), getIds([a, c, b, d]), 'a running backfill stays');
        await run(moveUpInQueue, [d, b]);
        assert.equal(queued(), getIds([a, b, d, c]), 'the order of the selection has no effect');
        await run(moveUpInQueue, [d, b]);
        assert.equal(queued(), getIds([a, b, d, c]), 'backfills at the top stay');
      });

      it('removes a backfill from the queue', async () => {
        const [a = {}, b = {}, c = {}, d = {}] = rows;
        await run(removeFromQueue, [b, c]);
        assert.equal(queued(), getIds([a, d]));
        assert.equal(states(), 'active paused paused paused');
      });

      it('runs a backfill immediately', async () => {
        assert.deepEqual(await run(runNow, rows.slice(3)), ['status bar: Resumed public.d → orders.']);
        assert.equal(states(), 'active paused paused active');
      });

      it('stops the queue, which can be undone', async () => {
        const before = queued();
        assert.deepEqual(await run(stopQueue, rows.slice(0, 1)), [
          'information: The queue was stopped. 3 backfills stay paused. [Undo]',
        ]);
        assert.equal(queued(), '');
        await press('Undo');
        assert.equal(queued(), before);
      });

      it('is not stopped for ids without their connection', async () => {
        const before = queued();
        assert.deepEqual(await run(stopQueue, [{ backfillId: 'b' }]), []);
        assert.equal(queued(), before);
      });

      it('continues without a question in production if no backfill is waiting', async () => {
        monitor.updateConnection({ ...monitor.connection, production: true });
        await run(removeFromQueue, rows.slice(1));
        const before = queued();
        assert.deepEqual(await run(stopQueue, rows.slice(0, 1)), [
          'information: The queue was stopped. [Undo]',
        ]);
        assert.deepEqual(await press('Undo'), []);
        assert.equal(queued(), before);
      });

      it('asks for confirmation in production before the queue continues', async () => {
        monitor.updateConnection({ ...monitor.connection, production: true });
        await run(stopQueue, rows.slice(0, 1));
        const question = 'Resume 3 backfills in production (Shop)? [Keep Paused] [Resume in Production]';
        assert.deepEqual(await press('Undo'), [question]);
        assert.equal(queued(), '');
        ui.answers = ['Resume in Production'];
        await press('Undo');
        assert.equal(queued().split(' ').length, 4);
      });

      it('asks in production before the queue continues, even if the sinks are not loaded yet', async () => {
        const queue = monitor.snapshot.queue ?? assert.fail();
        emulator.fault({ status: 503 });
        connect({ production: true });
        monitor.queue.restore(queue);
        assert.equal(monitor.snapshot.sinks.size, 0);
        await run(stopQueue);
        const question = 'Resume 3 backfills in production (Shop)? [Keep Paused] [Resume in Production]';
        assert.deepEqual(await press('Undo'), [question]);
        const names = ui.lastDetail.split('\n').slice(0, 3);
        assert.equal(names.map((name) => name.slice(-2)).join(' '), getIds(rows.slice(1)));
        assert.equal(queued(), '');
      });

      it('continues without a question in production if the sink of the waiting backfills was deleted', async () => {
        monitor.updateConnection({ ...monitor.connection, production: true });
        const before = queued();
        await run(stopQueue, rows.slice(0, 1));
        emulator.world.removeSink('orders');
        await monitor.refresh();
        assert.deepEqual(await press('Undo'), []);
        assert.equal(queued(), before);
      });

      it('counts the backfills of a sink once if their rows are selected too', async () => {
        await run(createChangeAllCommand('cancel'), [sinkRow(), ...rows, sinkRow()]);
        assert.match(ui.lastDetail, /^public\.d → orders\npublic\.c → orders\npublic\.b → orders\npublic\.a/);
        assert.equal(ui.lastDetail.match(/→ orders/g)?.length, 4);
      });

      it('can pause or cancel all backfills of the sink', async () => {
        ui.answers = ['Cancel Backfills'];
        await run(createChangeAllCommand('pause'), [sinkRow()]);
        await monitor.refresh();
        assert.equal(states(), 'paused paused paused paused');
        await clock.advance(1_000);
        await run(createChangeAllCommand('cancel'), [sinkRow()]);
        assert.equal(states(), 'cancelled cancelled cancelled cancelled');
      });

      it('keeps the place of a backfill whose cancellation failed, also after another attempt', async () => {
        const before = queued();
        ui.answers = ['Cancel Backfills'];
        emulator.fault({ status: 500, method: 'PATCH' });
        const [, , message = ''] = await run(cancel, rows.slice(1, 3));
        assert.match(message, /^warning: Cancelled 0 of 2 backfills\..* \[Try Again\]$/);
        assert.equal(queued(), before);
        emulator.fault({ status: 500, method: 'PATCH', times: 1 });
        await press('Try Again');
        assert.match(states(), /^active (cancelled paused|paused cancelled) paused$/);
        assert.equal(countWaiting(), 2);
        emulator.fault(undefined);
        await press('Try Again');
        assert.equal(states(), 'active cancelled cancelled paused');
        assert.equal(countWaiting(), 1);
      });

      for (const [reason, fail] of [
        ['fails', () => ({ kind: 'failed', failure: { kind: 'unauthorized' }, current: undefined }) as const],
        ['throws', () => assert.fail('a defect')],
      ] as const) {
        it(`continues with the waiting backfills if their cancellation ${reason} after the others finished`, async () => {
          const changeBackfill = monitor.changeBackfill.bind(monitor);
          monitor.changeBackfill = async (backfill, change) => {
            if (change !== 'cancel') {
              return changeBackfill(backfill, change);
            }
            emulator.world.setBackfill(getBackfill('a').id, { state: 'completed' });
            await monitor.refresh();
            return fail();
          };
          ui.answers = ['Cancel Backfills'];
          await run(cancel, rows.slice(1)).catch(String);
          assert.equal(countWaiting(), 3);
          await waitUntil(() => states() === 'completed active paused paused');
        });
      }

      it('offers the queued backfills in the Command Palette', async () => {
        const names = ['public.d', 'public.c', 'public.b'].join(', ');
        assert.deepEqual(await run(moveUpInQueue), [`Select queued backfills to move up ${names}`]);
        assert.deepEqual(await run(removeFromQueue), [`Select backfills to remove from the queue ${names}`]);
        assert.deepEqual(await run(runNow), [`Select queued backfills to run now ${names}`]);
        await run(stopQueue);
        assert.deepEqual(await run(runNow), ['information: No backfills are queued.']);
      });
    });
  });

  describe('that starts backfills', () => {
    const question = (tables: string) =>
      `Start ${tables}? [Start] ${tables.includes('backfills') ? '[Run a Few at a Time…] ' : ''}[Start Paused] [Open in Console] [Don’t Start]`;

    beforeEach(() => monitor.refresh());

    for (const [answer, state, message] of [
      ['Start', 'active', 'Started public.a → orders.'],
      ['Start Paused', 'paused', 'Created public.a → orders (paused).'],
    ] as const) {
      it(`asks and creates a backfill that is ${state}`, async () => {
        ui.tables = ['public.a'];
        assert.deepEqual(await run(startBackfill, [sinkRow()]), [question('a backfill of public.a')]);
        ui.answers = [answer];
        assert.deepEqual(await run(startBackfill, [sinkRow()]), [
          question('a backfill of public.a'),
          `status bar: ${message} [Show Backfill]`,
        ]);
        assert.equal(getState('a'), state);
        assert.deepEqual(await press('Show Backfill'), [
          'sequin.openBackfill connectionId sinkId backfillId',
        ]);
      });
    }

    for (const [title, ids] of [
      ['selected connection', {}],
      ['connection of a selected database', { databaseId: 'd' }],
    ] as const) {
      it(`offers the sinks of the ${title}`, async () => {
        ui.picked = ['orders'];
        ui.tables = ['public.a'];
        assert.deepEqual(await run(startBackfill, [{ connectionId: emulator.url, ...ids }]), [
          'Select a sink orders',
          question('a backfill of public.a'),
        ]);
      });
    }

    describe('with another connection that is unreachable', () => {
      const otherAddress = 'http://127.0.0.1:1';

      beforeEach(() => {
        connections.connect({ url: otherAddress, token: 't' }, { clock });
      });

      it('reports the failure instead of an empty list of sinks', async () => {
        await assert.rejects(run(startBackfill, [{ connectionId: otherAddress }]), SequinError);
        assert.deepEqual(ui.takeLines(), []);
      });

      it('offers the sinks of the selected connection only', async () => {
        assert.deepEqual(await run(startBackfill, [{ connectionId: emulator.url }]), [
          'Select a sink orders',
        ]);
      });
    });

    it('offers to start paused only if the server can pause a backfill', async () => {
      await startServer('0.13.5');
      await monitor.refresh();
      await waitUntil(() => monitor.snapshot.version === '0.13.5');
      ui.tables = ['public.a'];
      assert.deepEqual(await run(startBackfill, [sinkRow()]), [
        'Start a backfill of public.a? [Start] [Open in Console] [Don’t Start]',
      ]);
    });

    it('continues in the console', async () => {
      ui.tables = 'console';
      const [opened = ''] = await run(startBackfill, [sinkRow()]);
      assert.match(opened, /^opens \/sinks\/.*\/backfills$/);
      ui.tables = ['public.a'];
      ui.answers = ['Open in Console'];
      assert.deepEqual(await run(startBackfill, [sinkRow()]), [question('a backfill of public.a'), opened]);
    });

    it('skips tables with an unfinished backfill', async () => {
      await addBackfills('active', 'a', 'b');
      ui.tables = ['public.a'];
      assert.deepEqual(await run(startBackfill, [sinkRow()]), [
        'information: A backfill of public.a → orders is already in progress. It’s active: 50% · 500 of 1,000 rows. [Show Backfill]',
      ]);
      ui.tables = ['public.a', 'public.b'];
      assert.deepEqual(await run(startBackfill, [sinkRow()]), [
        'information: Backfills of all these tables are already in progress. [Show Backfill]',
      ]);
      ui.tables = ['public.a', 'public.b', 'public.c', 'public.d'];
      ui.answers = ['Start'];
      assert.deepEqual(await run(startBackfill, [sinkRow()]), [
        question('2 backfills'),
        'progress of 2: Starting 2 backfills',
        'status bar: Started 2 backfills.',
      ]);
    });

    it('shows the backfill that someone else started first', async () => {
      emulator.world.addBackfill(sink.json.id, { table: 'public.a' });
      ui.tables = ['public.a'];
      ui.answers = ['Start'];
      const lines = await run(startBackfill, [sinkRow()]);
      assert.match(
        lines[1] ?? '',
        /^warning: Couldn’t start public\.a → orders\. A backfill .* \[Show Backfill\]$/,
      );
      assert.deepEqual(await press('Show Backfill'), ['sequin.openBackfill connectionId sinkId backfillId']);
    });

    it('reports that a backfill is in progress if its start was pending when the user confirmed', async () => {
      ui.tables = ['public.a'];
      ui.answers = ['Start', 'Start'];
      const first = run(startBackfill, [sinkRow()]);
      await waitUntil(() => monitor.snapshot.pendingWrites.size > 0);
      const second = run(startBackfill, [sinkRow()]);
      const lines = (await Promise.all([first, second])).flat();
      const results = lines.filter((line) => !line.startsWith('Start a backfill'));
      assert.equal(results[0], 'status bar: Started public.a → orders. [Show Backfill]');
      assert.match(
        results[1] ?? '',
        /^warning: Couldn’t start public\.a → orders\. A backfill .*in progress/,
      );
    });

    it('offers the console after a rejection', async () => {
      ui.tables = ['public.missing'];
      ui.answers = ['Start'];
      const lines = await run(startBackfill, [sinkRow()]);
      assert.match(
        lines[1] ?? '',
        /^warning: Couldn’t start public\.missing → orders\. .* \[Open in Console\]$/,
      );
      assert.match((await press('Open in Console')).join(), /^opens \/sinks\//);
    });

    it('runs finished backfills again', async () => {
      const rows = await addBackfills('completed', 'a');
      const unfinished = await addBackfills('active', 'b');
      assert.deepEqual(await run(runAgain, unfinished), [
        'information: Only finished backfills of existing tables can be run again.',
      ]);
      ui.answers = ['Start'];
      assert.deepEqual(await run(runAgain, rows), [
        question('a backfill of public.a'),
        'status bar: Started public.a → orders. [Show Backfill]',
      ]);
      assert.equal(getState('a'), 'active');
    });

    it('runs backfills of several sinks again after one confirmation', async () => {
      const rows = await addBackfills('completed', 'a');
      const second = emulator.world.addSink({ name: 'second', source: sink.json.source });
      const { json } = emulator.world.addBackfill(second.json.id, { table: 'public.b', state: 'completed' });
      await monitor.refresh();
      await monitor.backfillLists.load(second.json.id);
      const row = { connectionId: emulator.url, sinkId: second.json.id, backfillId: json.id };
      ui.answers = ['Start'];
      assert.deepEqual(await run(runAgain, [...rows, row]), [
        'Start 2 backfills? [Start] [Don’t Start]',
        'progress of 2: Starting 2 backfills',
        'status bar: Started 2 backfills.',
      ]);
    });
  });
});
