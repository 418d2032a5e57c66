import assert from 'node:assert/strict';
import { type ToolName, toolNames } from '../../../src/contributions/toolNames.ts';
import type { SignInState } from '../../../src/model/Connection.ts';
import { backfill, connectionTo, now, sink } from '../samples.ts';
import { address, useTools } from './useTools.ts';

const { id } = backfill();

describe('a tool for language models', () => {
  const harness = useTools();
  const { connect, run, getConfirmation, servers } = harness;

  const rejectedInputs: readonly [title: string, tool: ToolName, input: unknown, error: RegExp][] = [
    ['input without a backfill ID', toolNames.getBackfill, { backfillId: 5 }, /no backfill ID/],
    [
      'an unknown backfill',
      toolNames.cancelBackfill,
      { backfillId: 'x' },
      /no loaded backfill with the ID x/,
    ],
    ['input without a sink', toolNames.startBackfill, null, /no sink/],
    ['an unknown sink', toolNames.listSinks, { sink: 'x' }, /no sink named x/],
    ['an unknown connection', toolNames.listSinks, { connection: 'x' }, /no connection named x/],
    [
      'an ambiguous sink name',
      toolNames.startBackfill,
      { sink: 'orders-kafka' },
      /2 sinks match orders-kafka\. Specify/,
    ],
    ['an ambiguous backfill ID', toolNames.getBackfill, { backfillId: id }, /2 connections have/],
  ];
  for (const [title, tool, input, error] of rejectedInputs) {
    it(`explains why it rejects ${title}`, async () => {
      connect([backfill()]);
      connect([backfill()], sink(), { url: 'http://localhost:1', name: 'Other' });
      await assert.rejects(run(tool, input), error);
    });
  }

  it('reports a signed-out connection as a possible reason for a missing sink', async () => {
    const state: SignInState = { kind: 'signedOut', connection: connectionTo(address, { name: 'Shop' }) };
    servers.setServers([{ state, monitor: undefined }]);
    await assert.rejects(run(toolNames.startBackfill, { sink: 'orders' }), {
      message: 'There is no sink named orders. Shop is signed out. Enter its API token in VS Code.',
    });
  });

  describe('with a connection that doesn’t respond', () => {
    const listSinks = () => new Promise<never>(() => undefined);

    it('waits 10 s, and reports the connection as a possible reason for a missing sink', async () => {
      connect([backfill()]);
      connect([], sink(), { url: 'http://slow', name: 'Slow', api: { listSinks } });
      const result = run(toolNames.getBackfill, { backfillId: id });
      await harness.clock.advance(10_000);
      assert.equal((await result)['connection'], 'Shop');
      const missing = assert.rejects(run(toolNames.startBackfill, { sink: 'x' }), {
        message: 'There is no sink named x. Slow hasn’t responded yet.',
      });
      await harness.clock.advance(10_000);
      await missing;
    });

    it('stops waiting when the user stops the tool', async () => {
      connect([], sink(), { api: { listSinks } });
      const result = run(toolNames.listSinks);
      harness.controller.abort();
      await assert.rejects(result, { name: 'AbortError' });
    });
  });

  it('finds a sink by its id, even if another sink has that id as its name', async () => {
    const items = [sink({ id: 'a', name: 'b' }), sink({ id: 'b', name: 'c' })].map((each) => ({
      sink: each,
      unfinishedBackfills: [],
    }));
    connect([], sink(), {
      api: { listSinks: () => Promise.resolve({ items, skipped: 0, serverTime: now }) },
    });
    const { title } = (await getConfirmation(toolNames.pauseSink, { sink: 'b' })) ?? assert.fail();
    assert.equal(title, 'Pause the sink c?');
  });

  it('finds a backfill in the named connection if several connections have a backfill with that id', async () => {
    connect([backfill()]);
    connect([backfill()], sink(), { url: 'http://localhost:1', name: 'Other' });
    assert.equal(
      (await run(toolNames.getBackfill, { backfillId: id, connection: 'Other' }))['connection'],
      'Other',
    );
  });

  it('finds a connection by its id, even if other connections have that id as their name or address', async () => {
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
});
