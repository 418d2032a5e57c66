import assert from 'node:assert/strict';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import { createSinkListDecoder } from '../../../src/api/createSinkListDecoder.ts';
import type { SinkWithBackfills } from '../../../src/api/SequinApi.ts';
import { measureLiveHeap } from '../../bench/inside/measureLiveHeap.ts';
import { useHttpServers } from '../useServers.ts';

const sink = (id: string, more: object = {}) => ({
  id,
  name: `name of ${id}`,
  status: 'active',
  destination: { type: 'kafka' },
  active_backfills: [],
  ...more,
});
const backfill = (rows: unknown, more: object = {}) => ({
  id: 'f',
  table: 'public.orders',
  state: 'active',
  inserted_at: '2026-11-23T13:48:53Z',
  rows_processed_count: rows,
  ...more,
});
const formatList = (...sinks: readonly object[]): string => JSON.stringify({ data: sinks });
const getIds = (sinks: readonly SinkWithBackfills[] | undefined): string[] =>
  (sinks ?? []).map(({ sink }) => sink.id);

describe('createSinkListDecoder', () => {
  const startServer = useHttpServers();

  /** Serves the lists one after the other, and returns what the client decodes from each of them. */
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

  it('returns the same object for an unchanged sink even if the order changes, and a new object for a changed sink', async () => {
    const changed = sink('b', { status: 'paused' });
    const { decoded } = await readLists([formatList(sink('a'), sink('b')), formatList(changed, sink('a'))]);
    assert.deepEqual(getIds(decoded[1]), ['b', 'a']);
    assert.equal(decoded[1]?.[1], decoded[0]?.[0]);
    assert.equal(decoded[1]?.[0]?.sink.status, 'paused');
    assert.equal(decoded[0]?.[1]?.sink.status, 'active');
  });

  it('returns the same sink object if only the backfills of the sink changed', async () => {
    const formatProgressedList = (...backfills: readonly object[]) =>
      formatList(sink('a', { active_backfills: backfills }));
    const { decoded } = await readLists([
      formatProgressedList(backfill(1)),
      formatProgressedList(backfill(2), backfill(3, { id: 'g' })),
      formatProgressedList(backfill(-1), backfill(4, { id: 'g' })),
      formatProgressedList(),
    ]);
    const results = decoded.map(([result]) => result);
    assert.deepEqual(
      results.map((result) => result?.unfinishedBackfills?.map(({ rowsProcessed }) => rowsProcessed)),
      [[1], [2, 3], [4], []],
    );
    assert.deepEqual(
      results.map((result) => result?.skippedBackfills),
      [undefined, undefined, 1, undefined],
    );
    assert.equal(results[1]?.sink, results[0]?.sink);
    assert.equal(results[2]?.sink, results[0]?.sink);
  });

  /** The fields of a sink in two lists, by what changes between the lists. */
  const changes: Record<string, readonly [object, object]> = {
    'the sink’s health and a backfill': [
      { active_backfills: [backfill(1)] },
      { active_backfills: [backfill(2)], health: { status: 'error' } },
    ],
    'a list active_backfills in an annotation': [
      { annotations: { active_backfills: [backfill(1)] }, active_backfills: [backfill(1)] },
      { annotations: { active_backfills: [backfill(2)] }, active_backfills: [backfill(1)] },
    ],
    'a list active_backfills in an annotation, without a list of its own': [
      { annotations: { active_backfills: [backfill(1)] }, active_backfills: undefined },
      { annotations: { active_backfills: [backfill(2)] }, active_backfills: undefined },
    ],
    'a list active_backfills in an annotation, with the field active_backfill of earlier servers': [
      {
        annotations: { active_backfills: [backfill(1)] },
        active_backfill: null,
        active_backfills: undefined,
      },
      {
        annotations: { active_backfills: [backfill(2)] },
        active_backfill: null,
        active_backfills: undefined,
      },
    ],
    'a backfill and a name that contains the text of a list of backfills': [
      { name: '"active_backfills":[{}]', active_backfills: [backfill(1)] },
      { name: '"active_backfills":[{"":1}]', active_backfills: [backfill(2)] },
    ],
    'a backfill of a table with brackets in its name': [
      { active_backfills: [backfill(1, { table: 'a]}],"b":[{"' })] },
      { active_backfills: [backfill(2, { table: 'a]}],"b":[{"' })] },
    ],
    'a row count to a value that a number can’t store exactly': [
      { active_backfills: [backfill(1)] },
      // JSON.stringify doesn't support bigints. The test removes the quotes and the # signs from this string instead.
      { active_backfills: [backfill('#9007199254740993#')] },
    ],
  };
  for (const [name, states] of Object.entries(changes)) {
    it(`decodes a sink like a new sink after a change of ${name}`, async () => {
      const lists = states.map((state) =>
        formatList({ id: 'a', name: 'a', status: 'active', ...state }, sink('b')).replace(/"#(\d+)#"/, '$1'),
      );
      const { decoded } = await readLists(lists);
      const { decoded: alone } = await readLists(lists.slice(1));
      assert.equal(alone[0]?.length, 2);
      assert.deepEqual(decoded[1], alone[0]);
    });
  }

  it('returns the same object for an unchanged sink even if the backfill of another sink contains a changed list', async () => {
    const withParts = (rows: number) =>
      sink('a', { active_backfills: [backfill(rows, { parts: [{ rows }] })] });
    const { decoded } = await readLists([
      formatList(withParts(1), sink('b')),
      formatList(withParts(2), sink('b')),
    ]);
    assert.equal(decoded[1]?.[0]?.unfinishedBackfills?.[0]?.rowsProcessed, 2);
    assert.equal(decoded[1][1], decoded[0]?.[1]);
  });

  it('decodes lists whose text is hard to split into sinks', async () => {
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
      const { decoded } = await readLists([
        formatList(...sinks),
        JSON.stringify({ data: sinks }, undefined, 2),
      ]);
      assert.deepEqual(
        getIds(decoded[0]),
        sinks.map((each) => (each as { id: string }).id),
      );
      assert.deepEqual(decoded[1], decoded[0]);
    }
  });

  it('reports an invalid backfill only once, even if the text can’t be split and is decoded as a whole', async () => {
    const invalid = sink('a', { active_backfills: [backfill(-1)] });
    const hardToSplit = sink('b', {
      annotations: [
        { id: 'x', name: 'y' },
        { id: 'z', name: 'y' },
      ],
    });
    const { url } = await startServer((_request, response) => response.end(formatList(invalid, hardToSplit)));
    const skippedTypes: string[] = [];
    const onItemSkipped = (itemType: string): void => void skippedTypes.push(itemType);
    const api = createApiClient({ address: url, token: 't', onItemSkipped });
    await api.listSinks({ retries: 0 });
    assert.deepEqual(skippedTypes, ['backfill']);
  });

  it('keeps only the text of the last list in memory', () => {
    const decode = createSinkListDecoder(() => undefined);
    const decodeLists = (count: number): void => {
      for (let index = 0; index < count; index += 1) {
        const filter = 'x'.repeat(10_000);
        // In each list, one more sink has changed, and its text has another length.
        const sinks = Array.from({ length: 60 }, (_, position) =>
          sink(String(position), {
            filter,
            status: position < index ? 'disabled' : 'active',
            active_backfills: [backfill(1)],
          }),
        );
        // Like a response from the network, the text shares no memory with other strings.
        decode(Buffer.from(formatList(...sinks)).toString());
      }
    };
    decodeLists(1);
    const before = measureLiveHeap();
    decodeLists(50);
    const growth = measureLiveHeap() - before;
    // Each list has 600 kB of text.
    assert.ok(growth < 6_000_000, `memory grew by ${growth} bytes`);
  });

  it('skips an invalid sink in every list and keeps the other sinks', async () => {
    const bad = { id: 'b', name: 'b', status: 5 };
    const unchanged = formatList(sink('a'), bad, sink('c'));
    const { decoded, skipped } = await readLists([unchanged, unchanged]);
    assert.deepEqual(skipped, [1, 1]);
    assert.deepEqual(decoded.map(getIds), [
      ['a', 'c'],
      ['a', 'c'],
    ]);
  });
});
