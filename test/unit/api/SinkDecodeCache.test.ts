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
const ids = (sinks: readonly SinkWithBackfills[] | undefined): string[] =>
  (sinks ?? []).map(({ sink }) => sink.id);

describe('SinkDecodeCache', () => {
  const startServer = useHttpServers();

  /** Serves the lists one after the other, and returns the lists that the client decodes. */
  async function readLists(
    lists: readonly string[],
  ): Promise<{ decoded: SinkWithBackfills[][]; skipped: number[] }> {
    const remaining = [...lists];
    const { url } = await startServer((_request, response) => response.end(remaining.shift()));
    const api = createApiClient({ address: url, token: 't' });
    const decoded: SinkWithBackfills[][] = [];
    const skipped: number[] = [];
    while (remaining.length > 0) {
      const listing = await api.listSinks({ retries: 0 });
      decoded.push([...listing.items]);
      skipped.push(listing.skipped);
    }
    return { decoded, skipped };
  }

  it('returns the same object for an unchanged sink in any order, and a new one for a changed sink', async () => {
    const changed = sink('b', { status: 'paused' });
    const { decoded } = await readLists([list(sink('a'), sink('b')), list(changed, sink('a'))]);
    assert.deepEqual(ids(decoded[1]), ['b', 'a']);
    assert.equal(decoded[1]?.[1], decoded[0]?.[0]);
    assert.equal(decoded[1]?.[0]?.sink.status, 'paused');
  });

  it('decodes lists that are hard to split', async () => {
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
      const { decoded } = await readLists([list(...sinks), JSON.stringify({ data: sinks }, undefined, 2)]);
      assert.deepEqual(
        ids(decoded[0]),
        sinks.map((each) => (each as { id: string }).id),
      );
      assert.deepEqual(decoded[1], decoded[0]);
    }
  });

  it('skips an invalid sink in every list and keeps the others', async () => {
    const bad = { id: 'b', name: 'b', status: 5 };
    const unchanged = list(sink('a'), bad, sink('c'));
    const { decoded, skipped } = await readLists([unchanged, unchanged]);
    assert.deepEqual(skipped, [1, 1]);
    assert.deepEqual(decoded.map(ids), [
      ['a', 'c'],
      ['a', 'c'],
    ]);
  });
});
