import assert from 'node:assert/strict';
import type { SequinApi } from '../../../src/api/SequinApi.ts';
import { toolNames } from '../../../src/contributions/toolNames.ts';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { SequinError } from '../../../src/model/failure.ts';
import { backfill, sink } from '../samples.ts';
import { waitUntil } from '../waitUntil.ts';
import { useTools } from './useTools.ts';

const { id } = backfill();

describe('a tool for language models', () => {
  const harness = useTools();
  const { connect, run, getConfirmation } = harness;

  describe('that changes a backfill', () => {
    const pausedBackfill = backfill({ state: 'paused' });

    it('has a confirmation that shows the current state and the connection', async () => {
      connect([backfill()], sink(), { production: true });
      assert.deepEqual(await getConfirmation(toolNames.pauseBackfill, { backfillId: id }), {
        title: 'Pause public.orders → orders-kafka in production (Shop)?',
        lines: ['It’s active: 47% · 94,000 of 200,000 rows.', 'Connection: Shop'],
      });
      const cancel = await getConfirmation(toolNames.cancelBackfill, { backfillId: id });
      assert.match(cancel?.lines.join('\n') ?? '', /can’t be resumed/);
    });

    it('returns the message that the command would show', async () => {
      connect([backfill()], sink(), { api: { updateBackfill: () => Promise.resolve(pausedBackfill) } });
      const result = await run(toolNames.pauseBackfill, { backfillId: id });
      assert.deepEqual(result, { result: 'Paused public.orders → orders-kafka.' });
      assert.deepEqual(harness.ui.takeLines(), []);
    });

    it('changes production only after the user has confirmed the change a second time, in a dialog', async () => {
      let writes = 0;
      const updateBackfill = () => {
        writes += 1;
        return Promise.resolve(pausedBackfill);
      };
      connect([backfill()], sink(), { production: true, api: { updateBackfill } });
      await assert.rejects(run(toolNames.pauseBackfill, { backfillId: id }), /Nothing was changed/);
      assert.equal(writes, 0);
      harness.ui.answers = ['Pause in Production'];
      await run(toolNames.pauseBackfill, { backfillId: id });
      assert.equal(writes, 1);
    });

    it('sends nothing if the user stops the tool and then confirms the change in the dialog', async () => {
      let writes = 0;
      const updateBackfill = () => {
        writes += 1;
        return Promise.resolve(pausedBackfill);
      };
      connect([backfill()], sink(), { production: true, api: { updateBackfill } });
      harness.ui.answers = ['Pause in Production'];
      const ask = harness.ui.ask;
      harness.ui.ask = (question) => {
        harness.controller.abort();
        return ask(question);
      };
      await assert.rejects(run(toolNames.pauseBackfill, { backfillId: id }), { name: 'AbortError' });
      assert.equal(writes, 0);
    });

    it('shows nothing more if the user stops the tool while it waits for an earlier write', async () => {
      const pendingWrite = Promise.withResolvers<Backfill>();
      const updateBackfill = () => pendingWrite.promise;
      const monitor = connect([backfill()], sink(), { production: true, api: { updateBackfill } });
      await monitor.refresh();
      void monitor.changeBackfill(backfill(), 'pause');
      harness.ui.answers = ['Cancel Backfill in Production'];
      const stopped = assert.rejects(run(toolNames.cancelBackfill, { backfillId: id }), {
        name: 'AbortError',
      });
      await waitUntil(() => harness.ui.lines.length > 0);
      harness.controller.abort();
      harness.ui.takeLines();
      pendingWrite.resolve(pausedBackfill);
      await harness.clock.advance(1_000);
      await stopped;
      assert.deepEqual(harness.ui.takeLines(), []);
    });

    it('explains why the change isn’t allowed or why it failed', async () => {
      const updateBackfill = () => Promise.reject(new SequinError({ kind: 'unauthorized' }));
      connect([backfill()], sink(), { api: { updateBackfill } });
      await assert.rejects(run(toolNames.resumeBackfill, { backfillId: id }), {
        message: 'Couldn’t resume public.orders → orders-kafka. It’s active: 47% · 94,000 of 200,000 rows.',
      });
      await assert.rejects(getConfirmation(toolNames.resumeBackfill, { backfillId: id }), /Couldn’t resume/);
      await assert.rejects(run(toolNames.pauseBackfill, { backfillId: id }), /Shop rejected the API token/);
    });
  });

  describe('that starts a backfill', () => {
    it('has the confirmation of the command, and creates a backfill of the sink’s only table', async () => {
      const created: unknown[] = [];
      const createBackfill: SequinApi['createBackfill'] = (_sinkId, body) => {
        created.push(body);
        return Promise.resolve(backfill());
      };
      connect([], sink(), { api: { createBackfill } });
      const input = { sink: 'orders-kafka', paused: true };
      assert.deepEqual(await getConfirmation(toolNames.startBackfill, input), {
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

    it('rejects a request for a paused backfill if the server can’t pause backfills', async () => {
      const monitor = connect([], sink(), { api: { getVersion: () => Promise.resolve('0.13.5') } });
      await monitor.refresh();
      await waitUntil(() => monitor.snapshot.version === '0.13.5');
      const input = { sink: 'orders-kafka', paused: true };
      await assert.rejects(run(toolNames.startBackfill, input), /requires Sequin 0\.13\.6/);
    });

    it('requires a table if the sink has several tables, and rejects a table with an unfinished backfill', async () => {
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

    it('has a confirmation that shows the effects of the change', async () => {
      connect([backfill()]);
      assert.deepEqual(await getConfirmation(toolNames.pauseSink, input), {
        title: 'Pause the sink orders-kafka?',
        lines: ['Backfills and live changes stop until the sink is resumed.', 'Connection: Shop'],
      });
    });

    it('returns the message that the command would show', async () => {
      connect([backfill()], paused, { api });
      assert.deepEqual(await run(toolNames.resumeSink, input), { result: 'Resumed the sink orders-kafka.' });
      assert.deepEqual(harness.ui.takeLines(), []);
    });

    it('changes production only after the user has confirmed the change a second time, in a dialog', async () => {
      let writes = 0;
      const updateSink: SequinApi['updateSink'] = () => {
        writes += 1;
        return Promise.resolve({ sink: sink({ health: null }), unfinishedBackfills: [] });
      };
      connect([], paused, { production: true, api: { ...api, updateSink } });
      await assert.rejects(run(toolNames.resumeSink, input), /Nothing was changed/);
      assert.equal(writes, 0);
      harness.ui.answers = ['Resume in Production'];
      await run(toolNames.resumeSink, input);
      assert.equal(writes, 1);
    });

    it('explains why the change isn’t allowed', async () => {
      connect([]);
      const message = 'Couldn’t resume the sink orders-kafka. It’s active.';
      await assert.rejects(run(toolNames.resumeSink, input), { message });
      await assert.rejects(getConfirmation(toolNames.resumeSink, input), { message });
    });
  });
});
