import assert from 'node:assert/strict';
import { createApiClientFactory } from '../../../src/api/createApiClientFactory.ts';
import { toFailure } from '../../../src/model/failure.ts';
import { useHttpServers } from '../useServers.ts';

const sink = { id: 'a', name: 'a', status: 'active', destination: { type: 'kafka' }, active_backfills: [] };

describe('an API client from createApiClientFactory', () => {
  const startServer = useHttpServers();
  let logged: string[];

  beforeEach(() => {
    logged = [];
  });

  /** Creates a client whose warnings and errors are added to `logged`. */
  function createApi(url: string, readToken: () => Promise<string> = () => Promise.resolve('t')) {
    const log = {
      debug: () => undefined,
      warn: (message: string) => logged.push(message),
      error: (message: string, error: unknown) => logged.push(`${message}: ${(error as Error).message}`),
    };
    return createApiClientFactory(log)(url, readToken);
  }

  it('fails internally and logs the reason if it can’t read the token, and reads the token again for the next request', async () => {
    const { url } = await startServer((_request, response) => response.end(JSON.stringify({ data: [sink] })));
    const outcomes: (string | Error)[] = [new TypeError('no keyring'), new RangeError('locked'), 'a-token'];
    const api = createApi(url, () => {
      const outcome = outcomes.shift() ?? '';
      return typeof outcome === 'string' ? Promise.resolve(outcome) : Promise.reject(outcome);
    });
    for (const call of [() => api.listSinks(), () => api.updateBackfill('a', 'b', 'paused')]) {
      await assert.rejects(call, (error) => toFailure(error).kind === 'internal');
    }
    assert.deepEqual(logged, [
      'A request failed with an internal error: no keyring',
      'A request failed with an internal error: locked',
    ]);
    assert.equal((await api.listSinks()).items.length, 1);
  });

  it('rejects with a SequinError when the address isn’t an HTTP URL', async () => {
    for (const address of ['', 'localhost', 'http://', 'ftp://localhost']) {
      const api = createApi(address);
      for (const call of [() => api.listSinks({ retries: 0 }), () => api.createBackfill('a', {})]) {
        await assert.rejects(call, (error: Error) => error.name === 'SequinError');
      }
    }
  });

  it('logs only once why it skips a sink or a backfill, even if every list contains the item', async () => {
    const id = '3e2f3bd2-0000-4000-8000-000000000001';
    const data = [
      sink,
      { ...sink, id, status: null },
      { ...sink, id: 5 },
      { ...sink, id: 'c', active_backfills: [{ id }] },
    ];
    const { url } = await startServer((_request, response) => response.end(JSON.stringify({ data })));
    const api = createApi(url);
    for (let poll = 0; poll < 3; poll += 1) {
      const { items, skipped } = await api.listSinks();
      assert.deepEqual([items.length, skipped], [2, 2]);
      assert.deepEqual(
        items.map(({ skippedBackfills }) => skippedBackfills),
        [undefined, 1],
      );
    }
    assert.deepEqual(logged, [
      `Couldn't read a sink of ${url}: ${id}: status: expected string`,
      `Couldn't read a sink of ${url}: id: expected string`,
      `Couldn't read a backfill of ${url}: ${id}: state: missing`,
    ]);
  });

  it('logs at most 1,000 different problems, and then a message about this limit', async () => {
    const data = Array.from({ length: 1_100 }, (_, index) => ({
      id: `3e2f3bd2-0000-4000-8000-${String(index).padStart(12, '0')}`,
      name: 'a',
      status: null,
    }));
    const { url } = await startServer((_request, response) => response.end(JSON.stringify({ data })));
    const api = createApi(url);
    await api.listSinks();
    await api.listSinks();
    assert.equal(new Set(logged).size, 1_001);
    assert.equal(logged.length, 1_001);
    assert.match(logged.at(-1) ?? '', /^Reached the limit of/);
  });

  it('ignores a server time that is missing, empty, invalid, negative or after the year 9999', async () => {
    const dates = [
      undefined,
      '+275760-09-13T00:00:00Z',
      '-271821-04-20T00:00:00Z',
      'now',
      '',
      'Mon, 15 Jun 2026 12:00:00 GMT',
    ];
    const { url } = await startServer((_request, response) => {
      const date = dates.shift();
      response.sendDate = false;
      if (date !== undefined) {
        response.setHeader('date', date);
      }
      response.end(JSON.stringify({ data: [] }));
    });
    const api = createApi(url);
    const times: (number | undefined)[] = [];
    while (dates.length > 0) {
      times.push((await api.listSinks()).serverTime);
    }
    assert.deepEqual(times, [...Array<undefined>(5), Date.UTC(2026, 5, 15, 12)]);
  });

  it('skips an invalid sink even if it is the only item of the list, but rejects a list without sinks', async () => {
    const bodies = [
      { data: [{ ...sink, status: 5 }] },
      { data: [{ id: 'a', title: 'a' }] },
      { data: ['a', 1, null, []] },
    ];
    const { url } = await startServer((_request, response) => response.end(JSON.stringify(bodies.shift())));
    const api = createApi(url);
    assert.deepEqual([(await api.listSinks()).items, logged.length], [[], 1]);
    for (let body = 0; body < 2; body += 1) {
      await assert.rejects(
        () => api.listSinks(),
        (error) => {
          const failure = toFailure(error);
          return failure.kind === 'invalidResponse' && failure.reason === 'shape';
        },
      );
    }
  });
});
