import assert from 'node:assert/strict';
import type { SequinApi } from '../../../src/api/SequinApi.ts';
import { parseToolInput, type ToolConfirmation } from '../../../src/chat/Tool.ts';
import { tools } from '../../../src/chat/tools.ts';
import { type ToolName, toolNames } from '../../../src/contributions/toolNames.ts';
import type { Backfill } from '../../../src/model/Backfill.ts';
import type { SignInState } from '../../../src/model/Connection.ts';
import { SequinError } from '../../../src/model/failure.ts';
import type { Sink } from '../../../src/model/Sink.ts';
import type { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { FakeUi } from '../commands/FakeUi.ts';
import { useConnections } from '../commands/useConnections.ts';
import { apiWith, backfill, connectionTo, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { assertNoHostileText, hostileText } from '../text/hostileText.ts';
import { waitUntil } from '../waitUntil.ts';

const id = backfill().id;
const address = 'http://localhost:7376';

describe('a tool for language models', () => {
  const { servers, connect: connectTo } = useConnections();
  let ui: FakeUi;
  let clock: TestClock;

  beforeEach(() => {
    ui = new FakeUi();
    clock = new TestClock(now);
    controller = new AbortController();
  });

  interface ServerOptions {
    readonly url?: string;
    readonly id?: string;
    readonly name?: string;
    readonly production?: boolean;
    readonly api?: Partial<SequinApi>;
  }

  /** Connects to a server with a sink and its unfinished backfills. */
  function connect(
    backfills: readonly Backfill[],
    sinkOfBackfills: Sink = sink(),
    { url = address, id: connectionId = url, name = 'Shop', production = false, api }: ServerOptions = {},
  ): ServerMonitor {
    const items = [{ sink: sinkOfBackfills, unfinishedBackfills: backfills }];
    const scripted = apiWith({
      listSinks: () => Promise.resolve({ items, skipped: 0, serverTime: now }),
      getVersion: () => Promise.resolve('0.14.6'),
      ...api,
    });
    return connectTo(
      { url, token: '' },
      { api: scripted, clock, connection: { id: connectionId, name, production } },
    );
  }

  let controller: AbortController;
  const context = () => ({ servers, ui, clock, signal: controller.signal });
  const run = async (name: ToolName, input: unknown = {}): Promise<Record<string, unknown>> =>
    (await tools[name].run(context(), parseToolInput(input))) as Record<string, unknown>;
  const confirmation = async (name: ToolName, input: unknown): Promise<ToolConfirmation | undefined> =>
    tools[name].createConfirmation?.(context(), parseToolInput(input));

  it('lists connections, sinks and unfinished backfills as the tree describes them', async () => {
    connect([backfill()]);
    const expected = {
      connections: [
        {
          id: address,
          name: 'Shop',
          address,
          production: false,
          status: 'connected',
          version: 'Sequin 0.14.6',
          sinkCount: 1,
          sinks: [
            {
              id: sink().id,
              name: 'orders-kafka',
              status: 'Active',
              health: 'Healthy',
              destination: 'Kafka · orders @ kafka:9092',
              backfills: [{ id, table: 'public.orders', description: 'Running · 47% · 1–2 min left' }],
            },
          ],
        },
      ],
    };
    assert.deepEqual(JSON.parse(JSON.stringify(await run(toolNames.listSinks))), expected);
  });

  it('lists the finished backfills of a sink that the input names', async () => {
    const finished = backfill({ id: 'done', state: 'completed', completedAt: now });
    const listBackfills = () => Promise.resolve({ items: [finished, backfill()], skipped: 0 });
    connect([backfill()], sink(), { api: { listBackfills } });
    const result = JSON.stringify(await run(toolNames.listSinks, { sink: 'orders-kafka' }));
    assert.deepEqual(
      [...result.matchAll(/"description":"(\w+)/g)].map(([, state]) => state),
      ['Running', 'Completed'],
    );
  });

  it('reports why the finished backfills of a sink are missing', async () => {
    const failure = new SequinError({ kind: 'server', status: 503, retryAfterMs: undefined });
    connect([backfill()], sink(), { api: { listBackfills: () => Promise.reject(failure) } });
    const result = JSON.stringify(await run(toolNames.listSinks, { sink: 'orders-kafka' }));
    assert.match(result, /"finishedBackfills":"Shop is unavailable \(HTTP 503\)/);
  });

  it('lists 40 of 100 sinks, those with unfinished backfills first', async () => {
    const items = Array.from({ length: 100 }, (_, index) => ({
      sink: sink({ id: `s${index}`, name: `sink-${index}` }),
      unfinishedBackfills: index === 99 ? [backfill({ sinkId: 's99' })] : [],
    }));
    connect([], sink(), {
      api: { listSinks: () => Promise.resolve({ items, skipped: 0, serverTime: now }) },
    });
    const { connections } = (await run(toolNames.listSinks)) as {
      connections: { sinkCount: number; sinks: { name: string }[]; omittedSinks: number }[];
    };
    assert.equal(connections[0]?.sinks[0]?.name, 'sink-99');
    assert.deepEqual([connections[0].sinks.length, connections[0].omittedSinks], [40, 60]);
    assert.ok(JSON.stringify(connections).length < 12_000);
  });

  it('requests the sinks again after 30 s, when views would show their age', async () => {
    let requests = 0;
    const listSinks = () => {
      requests += 1;
      return Promise.resolve({ items: [], skipped: 0, serverTime: undefined });
    };
    connect([], sink(), { api: { listSinks } });
    await run(toolNames.listSinks);
    await clock.advance(29_999);
    await run(toolNames.listSinks);
    assert.equal(requests, 1);
    await clock.advance(1);
    await run(toolNames.listSinks);
    assert.equal(requests, 2);
  });

  it('reports why the request failed, and that the data is stale', async () => {
    let isReachable = true;
    const listSinks = () =>
      isReachable
        ? Promise.resolve({
            items: [{ sink: sink(), unfinishedBackfills: [backfill()] }],
            skipped: 0,
            serverTime: now,
          })
        : Promise.reject(new SequinError({ kind: 'server', status: 503, retryAfterMs: undefined }));
    connect([], sink(), { api: { listSinks } });
    await run(toolNames.listSinks);
    isReachable = false;
    await clock.advance(60_000);
    const { stale } = await run(toolNames.getBackfill, { backfillId: id });
    assert.match(String(stale), /Updated .* · Shop is unavailable \(HTTP 503\)/);
    await assert.rejects(run(toolNames.getBackfill, { backfillId: 'x' }), /Shop is unavailable/);
  });

  it('returns the progress and the figures that the page shows', async () => {
    connect([backfill()]);
    const result = await run(toolNames.getBackfill, { backfillId: id });
    assert.deepEqual(JSON.parse(JSON.stringify(result)), {
      id,
      table: 'public.orders',
      sink: 'orders-kafka',
      connection: 'Shop',
      production: false,
      status: 'Running',
      progress: '47% · 94,000 of 200,000 rows',
      'Current rate': '1.8K rows/s',
      'Average rate': '1.6K rows/s',
      Elapsed: '1 min',
      'Time left': '1–2 min',
      'Expected finish': '12:00 PM – 12:01 PM',
    });
  });

  it('explains why a backfill has stalled, with the remedy and the sink’s health checks', async () => {
    const checks = [{ name: 'Message delivery', status: 'error', error: 'HTTP 500' }];
    const paused = sink({ status: 'paused', health: { status: 'paused', checks } });
    connect([backfill({ updatedAt: now - 3_600_000 })], paused);
    const result = await run(toolNames.explainBackfill, { backfillId: id });
    assert.equal(result['status'], 'Stalled');
    assert.match(String(result['problem']), /^Stalled since .*\. The sink is paused/);
    assert.deepEqual(result['sinkHealth'], ['Message delivery: Error: HTTP 500']);
  });

  it('reports that a backfill has no known problem', async () => {
    connect([backfill()]);
    assert.equal(
      (await run(toolNames.explainBackfill, { backfillId: id }))['problem'],
      'No problem is known.',
    );
  });

  describe('that changes a backfill', () => {
    const pausedNow = backfill({ state: 'paused' });

    it('has a confirmation with the current state and the connection', async () => {
      connect([backfill()], sink(), { production: true });
      assert.deepEqual(await confirmation(toolNames.pauseBackfill, { backfillId: id }), {
        title: 'Pause public.orders → orders-kafka in production (Shop)?',
        lines: ['It’s active: 47% · 94,000 of 200,000 rows.', 'Connection: Shop'],
      });
      const cancel = await confirmation(toolNames.cancelBackfill, { backfillId: id });
      assert.match(cancel?.lines.join('\n') ?? '', /can’t be resumed/);
    });

    it('returns the message that the command would show', async () => {
      connect([backfill()], sink(), { api: { updateBackfill: () => Promise.resolve(pausedNow) } });
      const result = await run(toolNames.pauseBackfill, { backfillId: id });
      assert.deepEqual(result, { result: 'Paused public.orders → orders-kafka.' });
      assert.deepEqual(ui.takeLines(), []);
    });

    it('changes production only after a dialog, which no agent can skip', async () => {
      let writes = 0;
      const updateBackfill = () => {
        writes += 1;
        return Promise.resolve(pausedNow);
      };
      connect([backfill()], sink(), { production: true, api: { updateBackfill } });
      await assert.rejects(run(toolNames.pauseBackfill, { backfillId: id }), /Nothing was changed/);
      assert.equal(writes, 0);
      ui.answers = ['Pause in Production'];
      await run(toolNames.pauseBackfill, { backfillId: id });
      assert.equal(writes, 1);
    });

    it('sends nothing after the user stopped the tool, even if the user then confirms the change', async () => {
      let writes = 0;
      const updateBackfill = () => {
        writes += 1;
        return Promise.resolve(pausedNow);
      };
      connect([backfill()], sink(), { production: true, api: { updateBackfill } });
      ui.answers = ['Pause in Production'];
      const ask = ui.ask;
      ui.ask = (question) => {
        controller.abort();
        return ask(question);
      };
      await assert.rejects(run(toolNames.pauseBackfill, { backfillId: id }), { name: 'AbortError' });
      assert.equal(writes, 0);
    });

    it('opens no dialog in production after the user stopped the tool during a pending write', async () => {
      const pendingWrite = Promise.withResolvers<Backfill>();
      const updateBackfill = () => pendingWrite.promise;
      const monitor = connect([backfill()], sink(), { production: true, api: { updateBackfill } });
      await monitor.refresh();
      void monitor.changeBackfill(backfill(), 'pause');
      ui.answers = ['Cancel Backfill in Production'];
      const stopped = assert.rejects(run(toolNames.cancelBackfill, { backfillId: id }), {
        name: 'AbortError',
      });
      await waitUntil(() => ui.lines.length > 0);
      controller.abort();
      ui.takeLines();
      pendingWrite.resolve(pausedNow);
      await clock.advance(1_000);
      await stopped;
      assert.deepEqual(ui.takeLines(), []);
    });

    it('explains why the change is not allowed, or why it failed', async () => {
      const updateBackfill = () => Promise.reject(new SequinError({ kind: 'unauthorized' }));
      connect([backfill()], sink(), { api: { updateBackfill } });
      await assert.rejects(run(toolNames.resumeBackfill, { backfillId: id }), {
        message: 'Couldn’t resume public.orders → orders-kafka. It’s active: 47% · 94,000 of 200,000 rows.',
      });
      await assert.rejects(confirmation(toolNames.resumeBackfill, { backfillId: id }), /Couldn’t resume/);
      await assert.rejects(run(toolNames.pauseBackfill, { backfillId: id }), /Shop rejected the API token/);
    });
  });

  describe('that starts a backfill', () => {
    it('has the confirmation of the command, and creates a backfill of the only table of the sink', async () => {
      const created: unknown[] = [];
      const createBackfill: SequinApi['createBackfill'] = (_sinkId, body) => {
        created.push(body);
        return Promise.resolve(backfill());
      };
      connect([], sink(), { api: { createBackfill } });
      const input = { sink: 'orders-kafka', paused: true };
      assert.deepEqual(await confirmation(toolNames.startBackfill, input), {
        title: 'Start a backfill of public.orders?',
        lines: [
          'Sink: orders-kafka',
          'Destination: Kafka, orders @ kafka:9092',
          'Connection: Shop',
          'The backfill is created paused.',
        ],
      });
      await run(toolNames.startBackfill, input);
      assert.deepEqual(created, [{ table: 'public.orders', state: 'paused' }]);
    });

    it('creates no paused backfill on a server that can’t pause one', async () => {
      const monitor = connect([], sink(), { api: { getVersion: () => Promise.resolve('0.13.5') } });
      await monitor.refresh();
      await waitUntil(() => monitor.snapshot.version === '0.13.5');
      const input = { sink: 'orders-kafka', paused: true };
      await assert.rejects(run(toolNames.startBackfill, input), /requires Sequin 0\.13\.6/);
    });

    it('requires a table if the sink has several, and rejects a table with an unfinished backfill', async () => {
      connect([], sink({ source: null }));
      await assert.rejects(run(toolNames.startBackfill, { sink: 'orders-kafka' }), /Specify a table/);
      connect([backfill()], sink({ name: 'other' }), { url: 'http://localhost:1' });
      const input = { sink: 'other', table: 'orders' };
      await assert.rejects(run(toolNames.startBackfill, input), /is already in progress\. It’s active/);
    });
  });

  describe('that changes a sink', () => {
    const input = { sink: 'orders-kafka' };
    const paused = sink({ status: 'paused' });
    const api: Partial<SequinApi> = {
      getSink: () => Promise.resolve({ sink: paused, unfinishedBackfills: [] }),
      updateSink: () => Promise.resolve({ sink: sink({ health: null }), unfinishedBackfills: [] }),
    };

    it('has a confirmation with the effects of the command', async () => {
      connect([backfill()]);
      assert.deepEqual(await confirmation(toolNames.pauseSink, input), {
        title: 'Pause the sink orders-kafka?',
        lines: ['Backfills and live changes stop until the sink is resumed.', 'Connection: Shop'],
      });
    });

    it('returns the message that the command would show', async () => {
      connect([backfill()], paused, { api });
      assert.deepEqual(await run(toolNames.resumeSink, input), { result: 'Resumed the sink orders-kafka.' });
      assert.deepEqual(ui.takeLines(), []);
    });

    it('changes production only after a dialog, which no agent can skip', async () => {
      let writes = 0;
      const updateSink: SequinApi['updateSink'] = () => {
        writes += 1;
        return Promise.resolve({ sink: sink({ health: null }), unfinishedBackfills: [] });
      };
      connect([], paused, { production: true, api: { ...api, updateSink } });
      await assert.rejects(run(toolNames.resumeSink, input), /Nothing was changed/);
      assert.equal(writes, 0);
      ui.answers = ['Resume in Production'];
      await run(toolNames.resumeSink, input);
      assert.equal(writes, 1);
    });

    it('explains why the change is not allowed', async () => {
      connect([]);
      const message = 'Couldn’t resume the sink orders-kafka. It’s active.';
      await assert.rejects(run(toolNames.resumeSink, input), { message });
      await assert.rejects(confirmation(toolNames.resumeSink, input), { message });
    });
  });

  const rejectedInputs: readonly [title: string, tool: ToolName, input: unknown, error: RegExp][] = [
    ['no backfill ID', toolNames.getBackfill, { backfillId: 5 }, /no backfill ID/],
    [
      'an unknown backfill',
      toolNames.cancelBackfill,
      { backfillId: 'x' },
      /no loaded backfill with the ID x/,
    ],
    ['no sink', toolNames.startBackfill, null, /no sink/],
    ['an unknown sink', toolNames.listSinks, { sink: 'x' }, /no sink named x/],
    ['an unknown connection', toolNames.listSinks, { connection: 'x' }, /no connection named x/],
    [
      'an ambiguous sink',
      toolNames.startBackfill,
      { sink: 'orders-kafka' },
      /2 sinks match orders-kafka\. Specify/,
    ],
    ['an ambiguous backfill', toolNames.getBackfill, { backfillId: id }, /2 connections have/],
  ];
  for (const [title, tool, input, error] of rejectedInputs) {
    it(`explains why it rejects ${title}`, async () => {
      connect([backfill()]);
      connect([backfill()], sink(), { url: 'http://localhost:1', name: 'Other' });
      await assert.rejects(run(tool, input), error);
    });
  }

  it('reports that a connection is signed out, where it may be the reason for a missing sink', async () => {
    const state: SignInState = { kind: 'signedOut', connection: connectionTo(address, { name: 'Shop' }) };
    servers.setServers([{ state, monitor: undefined }]);
    await assert.rejects(run(toolNames.startBackfill, { sink: 'orders' }), {
      message: 'There is no sink named orders. Shop is signed out. Enter its API token in VS Code.',
    });
  });

  describe('with a connection that doesn’t respond', () => {
    const listSinks = () => new Promise<never>(() => undefined);

    it('waits 10 s for it, and reports it where it may be the reason for a missing sink', async () => {
      connect([backfill()]);
      connect([], sink(), { url: 'http://slow', name: 'Slow', api: { listSinks } });
      const result = run(toolNames.getBackfill, { backfillId: id });
      await clock.advance(10_000);
      assert.equal((await result)['connection'], 'Shop');
      const missing = assert.rejects(run(toolNames.startBackfill, { sink: 'x' }), {
        message: 'There is no sink named x. Slow hasn’t responded yet.',
      });
      await clock.advance(10_000);
      await missing;
    });

    it('ends when the user stops the tool', async () => {
      connect([], sink(), { api: { listSinks } });
      const result = run(toolNames.listSinks);
      controller.abort();
      await assert.rejects(result, { name: 'AbortError' });
    });
  });

  it('finds a sink by its id, even if another sink has the id as its name', async () => {
    const items = [sink({ id: 'a', name: 'b' }), sink({ id: 'b', name: 'c' })].map((each) => ({
      sink: each,
      unfinishedBackfills: [],
    }));
    connect([], sink(), {
      api: { listSinks: () => Promise.resolve({ items, skipped: 0, serverTime: now }) },
    });
    const { title } = (await confirmation(toolNames.pauseSink, { sink: 'b' })) ?? assert.fail();
    assert.equal(title, 'Pause the sink c?');
  });

  it('finds a backfill by the name of its connection among several', async () => {
    connect([backfill()]);
    connect([backfill()], sink(), { url: 'http://localhost:1', name: 'Other' });
    assert.equal(
      (await run(toolNames.getBackfill, { backfillId: id, connection: 'Other' }))['connection'],
      'Other',
    );
  });

  it('finds a connection by its id, even if others have the id as their name or address', async () => {
    connect([backfill()]);
    connect([backfill()], sink(), { id: 'c2', name: 'Other account' });
    connect([backfill()], sink(), { id: 'c3', url: 'http://localhost:1', name: 'c2' });
    for (const [connection, name] of [
      [address, 'Shop'],
      ['c2', 'Other account'],
    ]) {
      const input = { backfillId: id, connection };
      assert.equal((await run(toolNames.getBackfill, input))['connection'], name);
    }
  });

  it('returns the texts of a server without hidden characters, links and icons', async () => {
    const h = hostileText;
    const checks = [{ name: h, status: 'error', error: h }];
    const hostileSink = sink({
      name: h,
      status: h,
      destination: { type: h, address: h, fields: {} },
      health: { status: h, checks },
    });
    connect([backfill({ table: h })], hostileSink, { name: h });
    for (const name of [toolNames.listSinks, toolNames.getBackfill, toolNames.explainBackfill]) {
      assertNoHostileText(await run(name, { backfillId: id }), name);
    }
    assertNoHostileText(await confirmation(toolNames.cancelBackfill, { backfillId: id }), 'confirmation');
    const failure = new SequinError({ kind: 'invalid', status: 422, reasons: [h] });
    for (const updateBackfill of [
      () => Promise.resolve(backfill({ table: h, state: 'paused' })),
      () => Promise.reject(failure),
    ]) {
      connect([backfill({ table: h })], hostileSink, { name: h, api: { updateBackfill } });
      const result = await run(toolNames.pauseBackfill, { backfillId: id }).catch(String);
      assert.match(JSON.stringify(result), /\u2068/, 'shows no name');
      assertNoHostileText(result, 'result');
    }
    for (const input of [{ sink: h }, { connection: h }]) {
      const error = await run(toolNames.listSinks, input).then(() => '', String);
      assertNoHostileText(error, 'error');
    }
  });
});
