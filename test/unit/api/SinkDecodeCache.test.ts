import assert from 'node:assert/strict';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import type { SinkWithBackfills } from '../../../src/api/SequinApi.ts';
import { useHttpServers } from '../useServers.ts';

const sink = (id: string, more: object = {}) => ({
  id,
  name: `name of ${id}`,
  status: 'active',
  destination: { type: 'kafka' },
  active_backfills: [],
  ...more,
});
const list = (...sinks: readonly object[]): string => JSON.stringify({ data: sinks });
const ids = (answers: readonly SinkWithBackfills[] | undefined): string[] =>
  (answers ?? []).map((answer) => answer.sink.id);

describe('a list of sinks that is read again and again', () => {
  const startServer = useHttpServers();

  /** What a server lists in one response after the other, as the client reads it. */
  async function readLists(
    lists: readonly string[],
  ): Promise<{ answers: SinkWithBackfills[][]; skipped: number[] }> {
    const left = [...lists];
    const { url } = await startServer((_request, response) => response.end(left.shift()));
    const api = createApiClient({ address: url, token: 't' });
    const answers: SinkWithBackfills[][] = [];
    const skipped: number[] = [];
    while (left.length > 0) {
      const listing = await api.listSinks({ retries: 0 });
      answers.push([...listing.items]);
      skipped.push(listing.skipped);
    }
    return { answers, skipped };
  }

  it('gives the same object for a sink that says the same, in whatever order, and another for one that changed', async () => {
    const changed = sink('b', { status: 'paused' });
    const { answers } = await readLists([list(sink('a'), sink('b')), list(changed, sink('a'))]);
    assert.deepEqual(ids(answers[1]), ['b', 'a']);
    assert.equal(answers[1]?.[1], answers[0]?.[0]);
    assert.equal(answers[1]?.[0]?.sink.status, 'paused');
  });

  it('is read right whatever is in it', async () => {
    const hard = [
      sink('a', {
        name: '},{"id":"x","name":"y"',
        annotations: [
          { id: 'x', name: 'y' },
          { id: 'z', name: 'y' },
        ],
      }),
      sink('b', { annotations: { nested: [{ id: 'q', name: '"' }] } }),
      Object.assign({ status: 'active' }, sink('c')),
      sink('d', { name: '"\\' }),
    ];
    for (const sinks of [hard, hard.toReversed(), [hard[2] ?? {}], []]) {
      const { answers } = await readLists([list(...sinks), JSON.stringify({ data: sinks }, undefined, 2)]);
      assert.deepEqual(
        ids(answers[0]),
        sinks.map((each) => (each as { id: string }).id),
      );
      assert.deepEqual(answers[1], answers[0]);
    }
  });

  it('leaves out one that is not understood, each time, and keeps the others', async () => {
    const bad = { id: 'b', name: 'b', status: 5 };
    const same = list(sink('a'), bad, sink('c'));
    const { answers, skipped } = await readLists([same, same]);
    assert.deepEqual(skipped, [1, 1]);
    assert.deepEqual(answers.map(ids), [
      ['a', 'c'],
      ['a', 'c'],
    ]);
  });
});
