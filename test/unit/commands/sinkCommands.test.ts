import assert from 'node:assert/strict';
import { createSinkCommand } from '../../../src/commands/sinks/changeSinks.ts';
import type { SinkAction } from '../../../src/model/sinkActions.ts';
import type { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import type { Emulator } from '../../emulator/Emulator.ts';
import { now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { useEmulators } from '../useServers.ts';
import { runOnRows } from './createContext.ts';
import { FakeUi } from './FakeUi.ts';
import { useConnections } from './useConnections.ts';

describe('a command on sinks', () => {
  const startEmulator = useEmulators();
  const connections = useConnections();
  let emulator: Emulator;
  let monitor: ServerMonitor;
  let ui: FakeUi;
  let clock: TestClock;

  beforeEach(async () => {
    ui = new FakeUi();
    clock = new TestClock(now);
    emulator = await startEmulator({ scenario: 'empty', latency: false });
    const { world } = emulator;
    world.addSink({ name: 'active' });
    world.addSink({ name: 'paused', status: 'paused' });
    world.addSink({ name: 'disabled', status: 'disabled' });
    world.addSink({ name: 'other', database: 'other-db' });
    world.addBackfill('other', { table: 'public.other' });
    await connect();
  });

  async function connect(production = false): Promise<void> {
    monitor = connections.connect(emulator, { clock, connection: { name: 'Shop', production } });
    await monitor.refresh();
  }

  /** Runs the command of an action on the rows of the named sinks; without names, as from the Command Palette. */
  async function run(action: SinkAction, ...names: readonly string[]): Promise<string[]> {
    const rows = names.map((name) => ({
      connectionId: emulator.url,
      sinkId: emulator.world.getSink(name).json.id,
    }));
    return runOnRows(createSinkCommand(action), rows, { ui, servers: connections.servers });
  }

  const getStatus = (name: string) => emulator.world.getSink(name).json.status;

  it('activates a sink without a question if nothing else is affected', async () => {
    assert.deepEqual(await run('resumeSink', 'paused'), ['status bar: Resumed the sink paused.']);
    assert.deepEqual(await run('enableSink', 'disabled'), ['status bar: Enabled the sink disabled.']);
    assert.deepEqual([getStatus('paused'), getStatus('disabled')], ['active', 'active']);
  });

  it('asks first, and writes only after the answer', async () => {
    assert.deepEqual(await run('pauseSink', 'active'), ['Pause the sink active? [Pause] [Keep Active]']);
    assert.equal(getStatus('active'), 'active');
    ui.answers = ['Pause'];
    assert.equal((await run('pauseSink', 'active')).at(-1), 'status bar: Paused the sink active.');
    assert.equal(getStatus('active'), 'paused');
  });

  it('doesn’t take a confirmed action for a double click, but performs it when the earlier write no longer blocks it', async () => {
    await run('resumeSink', 'paused');
    ui.answers = ['Pause'];
    const lines = run('pauseSink', 'paused');
    await clock.advance(1_000);
    assert.equal((await lines).at(-1), 'status bar: Paused the sink paused.');
    assert.equal(getStatus('paused'), 'paused');
  });

  it('reports how many running backfills of the same database it interrupts', async () => {
    emulator.world.addBackfill('active', { table: 'public.a' });
    emulator.world.addBackfill('active', { table: 'public.b' });
    emulator.world.addBackfill('active', { table: 'public.c', state: 'paused' });
    emulator.world.addBackfill('paused', { table: 'public.d' });
    await monitor.refresh();
    const details: string[] = [];
    const { ask } = ui;
    ui.ask = (question) => {
      details.push(question.detail);
      return ask(question);
    };
    assert.deepEqual(await run('resumeSink', 'paused'), ['Resume the sink paused? [Resume] [Keep Paused]']);
    await run('pauseSink', 'active');
    await run('disableSink', 'active');
    assert.match(
      details[0] ?? '',
      /restarts the replication of source-db\. This interrupts 2 other running backfills for about 20 s/,
    );
    // A paused sink has no running backfills, and disabling a sink restarts nothing.
    assert.doesNotMatch(details[1] ?? '', /interrupts/);
    assert.doesNotMatch(details[2] ?? '', /interrupts/);
  });

  it('doesn’t ask about running backfills of another sink if the databases of both sinks are unknown', async () => {
    emulator.world.addBackfill('active', { table: 'public.a' });
    for (const name of ['active', 'paused']) {
      Object.assign(emulator.world.getSink(name).json, { database: null });
    }
    await monitor.refresh();
    assert.deepEqual(await run('resumeSink', 'paused'), ['status bar: Resumed the sink paused.']);
  });

  it('offers to pause a sink instead of disabling it', async () => {
    ui.answers = ['Pause Instead', 'Pause'];
    assert.deepEqual(await run('disableSink', 'active'), [
      'Disable the sink active? [Disable] [Pause Instead] [Don’t Disable]',
      'Pause the sink active? [Pause] [Keep Active]',
      'status bar: Paused the sink active.',
    ]);
    assert.deepEqual(await run('disableSink', 'paused'), [
      'Disable the sink paused? [Disable] [Don’t Disable]',
    ]);
  });

  it('explains why a sink doesn’t allow the action', async () => {
    assert.deepEqual(await run('resumeSink', 'active'), [
      'information: Couldn’t resume the sink active. It’s active.',
    ]);
    assert.deepEqual(await run('pauseSink', 'paused', 'disabled'), ['information: No sinks are active.']);
  });

  it('explains why the action failed if the sink was changed in the meantime', async () => {
    emulator.world.getSink('active').json.status = 'disabled';
    ui.answers = ['Pause'];
    assert.equal(
      (await run('pauseSink', 'active')).at(-1),
      'warning: Couldn’t pause the sink active. It’s disabled.',
    );
  });

  it('changes several sinks after one question, and reports one summary', async () => {
    ui.answers = ['Disable'];
    assert.deepEqual(await run('disableSink', 'active', 'paused', 'disabled'), [
      'Disable 2 sinks? [Disable] [Pause Instead] [Don’t Disable]',
      'progress of 2: Disabling 2 sinks',
      'status bar: Disabled 2 sinks.',
    ]);
  });

  it('lets the user pick sinks that allow the action if it is run from the Command Palette', async () => {
    ui.picked = ['paused'];
    assert.deepEqual(await run('resumeSink'), [
      'Select sinks to resume paused',
      'status bar: Resumed the sink paused.',
    ]);
    assert.deepEqual(await run('resumeSink'), ['information: No sinks are paused.']);
  });

  it('lists sinks with the number of their stalled backfills', async () => {
    emulator.world.addBackfill('paused', { table: 'public.orders' });
    await monitor.refresh();
    await run('resumeSink');
    assert.deepEqual(
      ui.items.map(({ description }) => description),
      ['1 stalled · Paused · Sequin Stream'],
    );
  });

  it('asks for confirmation in production, in a single dialog', async () => {
    await connect(true);
    const question = 'Resume the sink paused in production (Shop)? [Keep Paused] [Resume in Production]';
    assert.deepEqual(await run('resumeSink', 'paused'), [question]);
    assert.equal(getStatus('paused'), 'paused');
    ui.answers = ['Resume in Production'];
    assert.deepEqual(await run('resumeSink', 'paused'), [question, 'status bar: Resumed the sink paused.']);
  });
});
