import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import manifest from '../../package.json' with { type: 'json' };
import { useConnection } from './Connection.ts';

describe('a tool for language models', () => {
  const connection = useConnection();

  /** Invokes a tool as an agent does, and returns its result. In tests, VS Code confirms each invocation itself. */
  async function invoke(name: string, input: object): Promise<Record<string, unknown>> {
    const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
    const [part] = content;
    assert.ok(part instanceof vscode.LanguageModelTextPart);
    return JSON.parse(part.value) as Record<string, unknown>;
  }

  it('is offered with its description and input schema while the user is signed in', async () => {
    // VS Code evaluates `when` clauses of tools with a delay and without an event.
    while (!vscode.lm.tools.some(({ name }) => name.startsWith('sequin_'))) {
      await vscode.commands.getCommands();
    }
    const offered = new Map(vscode.lm.tools.map((tool) => [tool.name, tool]));
    for (const { name, modelDescription, inputSchema } of manifest.contributes.languageModelTools) {
      assert.equal(offered.get(name)?.description, modelDescription, name);
      assert.deepEqual(offered.get(name)?.inputSchema, inputSchema, name);
    }
  });

  it('lists sinks, and reads and explains a backfill, while no view is open, without revealing the token', async () => {
    const { json } = connection.findUnfinished('orders-to-kafka');
    const results = [
      await invoke('sequin_list_sinks', { sink: 'orders-to-kafka' }),
      await invoke('sequin_get_backfill', { backfillId: json.id }),
      await invoke('sequin_explain_backfill', { backfillId: json.id }),
    ];
    for (const result of results) {
      assert.ok(JSON.stringify(result).includes(json.id));
      assert.ok(!JSON.stringify(result).includes(connection.emulator.token));
    }
  });

  it('pauses, resumes, cancels and starts a backfill', async () => {
    const backfill = connection.findUnfinished('orders-to-kafka');
    const input = { backfillId: backfill.json.id };
    await invoke('sequin_pause_backfill', input);
    assert.equal(backfill.json.state, 'paused');
    await invoke('sequin_resume_backfill', input);
    assert.equal(backfill.json.state, 'active');
    await invoke('sequin_cancel_backfill', input);
    assert.equal(backfill.json.state, 'cancelled');
    await invoke('sequin_start_backfill', { sink: 'orders-to-kafka', table: backfill.json.table ?? '' });
    assert.notEqual(connection.findUnfinished('orders-to-kafka').json.id, backfill.json.id);
  });

  it('fails with a sentence for the language model', async () => {
    await assert.rejects(
      Promise.resolve(invoke('sequin_pause_backfill', { backfillId: 'gone' })),
      /There is no loaded backfill with the ID gone/,
    );
  });
});
