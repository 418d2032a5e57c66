import assert from 'node:assert/strict';
import { toolNames } from '../../../src/contributions/toolNames.ts';
import { SequinError } from '../../../src/model/failure.ts';
import { backfill, sink } from '../samples.ts';
import { assertNoHostileText, hostileText as hostile } from '../text/hostileText.ts';
import { useTools } from './useTools.ts';

const { id } = backfill();

describe('a tool for language models', () => {
  const { connect, run, getConfirmation } = useTools();

  it('returns text from a server without hidden characters, links or icons', async () => {
    const checks = [{ name: hostile, status: 'error', error: hostile }];
    const hostileSink = sink({
      name: hostile,
      status: hostile,
      destination: { type: hostile, address: hostile, fields: {} },
      health: { status: hostile, checks },
    });
    connect([backfill({ table: hostile })], hostileSink, { name: hostile });
    for (const name of [toolNames.listSinks, toolNames.getBackfill, toolNames.explainBackfill]) {
      assertNoHostileText(await run(name, { backfillId: id }), name);
    }
    assertNoHostileText(await getConfirmation(toolNames.cancelBackfill, { backfillId: id }), 'confirmation');
    const failure = new SequinError({ kind: 'invalid', status: 422, serverMessages: [hostile] });
    for (const updateBackfill of [
      () => Promise.resolve(backfill({ table: hostile, state: 'paused' })),
      () => Promise.reject(failure),
    ]) {
      connect([backfill({ table: hostile })], hostileSink, { name: hostile, api: { updateBackfill } });
      const result = await run(toolNames.pauseBackfill, { backfillId: id }).catch(String);
      assert.match(JSON.stringify(result), /\u2068/, 'contains no name');
      assertNoHostileText(result, 'result');
    }
    for (const input of [{ sink: hostile }, { connection: hostile }]) {
      const error = await run(toolNames.listSinks, input).then(() => '', String);
      assertNoHostileText(error, 'error');
    }
  });
});
