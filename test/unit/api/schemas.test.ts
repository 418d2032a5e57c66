import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { parseLosslessJson } from '../../../src/api/parseLosslessJson.ts';
import {
  decodeBackfill,
  decodeList,
  decodeSink,
  decodeVersion,
  ShapeError,
} from '../../../src/api/schemas.ts';

const folder = new URL('../../recordings/', import.meta.url);

interface Recording {
  readonly request: { readonly method: string; readonly path: string };
  readonly response: { readonly status: number; readonly body?: unknown; readonly body_text?: string };
}

const recordings = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file): [string, unknown] => [file, JSON.parse(readFileSync(new URL(file, folder), 'utf8'))]);

const neverLeftOut = (what: string, problem: string): void => {
  assert.fail(`left out a ${what}: ${problem}`);
};

/** Every answer of 2xx to a route that we ask, with the way that we read it. */
function* readable(): Generator<[string, unknown, (json: unknown) => unknown]> {
  const routes: [RegExp, (json: unknown) => unknown][] = [
    [
      /^GET \/api\/sinks$/,
      (json) => decodeList(json, 'sink', neverLeftOut, (item) => decodeSink(item, neverLeftOut)),
    ],
    [/^GET \/api\/sinks\/[^/]+$/, (json) => decodeSink(json, neverLeftOut)],
    [
      /^GET \/api\/sinks\/[^/]+\/backfills$/,
      (json) => decodeList(json, 'backfill', neverLeftOut, (item) => decodeBackfill('sink', item)),
    ],
    [/^(GET|PATCH|PUT) \/api\/sinks\/[^/]+\/backfills\/[^/]+$/, (json) => decodeBackfill('sink', json)],
    [/^POST \/api\/sinks\/[^/]+\/backfills$/, (json) => decodeBackfill('sink', json)],
    [/^GET \/info\/version$/, (json) => decodeVersion(json) ?? assert.fail('no version')],
  ];
  for (const [file, content] of recordings) {
    if (typeof content === 'object' && content !== null && 'response' in content) {
      const { request, response } = content as Recording;
      const path = request.path.replace(/\?.*/, '').replace(/\/$/, '');
      const route = routes.find(([pattern]) => pattern.test(`${request.method} ${path}`));
      if (response.status === 200 && route !== undefined && response.body !== undefined) {
        yield [file, response.body, route[1]];
      }
    } else if (typeof content === 'object' && content !== null && 'samples' in content) {
      for (const sample of content.samples as { backfill?: unknown }[]) {
        if (sample.backfill !== undefined) {
          yield [file, sample.backfill, (json) => decodeBackfill('sink', json)];
        }
      }
    }
  }
}

describe('the schemas', () => {
  const cases = [...readable()];

  it('take every answer that a real server gave', () => {
    assert.ok(cases.length > 800, `only ${String(cases.length)} answers`);
    for (const [file, body, decode] of cases) {
      assert.doesNotThrow(() => decode(body), file);
    }
  });

  const raw = {
    id: 'b',
    table: 'public.orders',
    state: 'active',
    inserted_at: '2026-11-23T13:48:53Z',
    updated_at: '2026-11-23T13:48:54Z',
    completed_at: null,
    rows_processed_count: 1,
    rows_initial_count: null,
    rows_ingested_count: 1,
    canceled_at: '2026-11-23T13:48:55.000000Z',
    sink_consumer: 'orders',
    sort_column: null,
  };

  it('read times to the second, in both of the forms that the server writes', () => {
    const decoded = decodeBackfill('s', raw);
    assert.equal(decoded.insertedAt, Date.UTC(2026, 10, 23, 13, 48, 53));
    assert.equal(decoded.canceledAt, Date.UTC(2026, 10, 23, 13, 48, 55));
  });

  it('keep a state that they do not know', () => {
    assert.equal(decodeBackfill('s', { ...raw, state: 'rewinding' }).state, 'rewinding');
  });

  it('lose no row of a count beyond 2^53', () => {
    const text = JSON.stringify(raw).replace(
      '"rows_processed_count":1',
      '"rows_processed_count":9007199254740993',
    );
    assert.equal(decodeBackfill('s', parseLosslessJson(text)).rowsProcessed, 9007199254740993n);
  });

  for (const [field, value] of [
    ['rows_processed_count', null],
    ['rows_processed_count', -1],
    ['rows_processed_count', 1.5],
    ['rows_initial_count', '5'],
    ['inserted_at', 'yesterday'],
    ['state', 5],
    ['id', ''],
  ] as const) {
    it(`refuse a backfill whose ${field} is ${JSON.stringify(value)}, and name the field`, () => {
      assert.throws(
        () => decodeBackfill('s', { ...raw, [field]: value }),
        (error: Error) => error instanceof ShapeError && error.message.startsWith(field),
      );
    });
  }

  it('leave out one bad item of a list, count it, and keep the others', () => {
    const problems: string[] = [];
    const listing = decodeList(
      { data: [raw, { ...raw, state: null }, raw, 7] },
      'backfill',
      (what, problem) => {
        problems.push(`${what} ${problem}`);
      },
      (item) => decodeBackfill('s', item),
    );
    assert.equal(listing.items.length, 2);
    assert.equal(listing.skipped, 2);
    assert.equal(problems.length, 2);
  });

  it('leave out a bad backfill of a sink, and keep the sink', () => {
    const answer = decodeSink(
      { id: 's', name: 'n', status: 'active', destination: { type: 'kafka' }, active_backfills: [raw, {}] },
      () => undefined,
    );
    assert.equal(answer.unfinishedBackfills?.length, 1);
    assert.equal(answer.sink.health, null);
  });
});

describe('the open backfills of a sink', () => {
  const raw = {
    id: 'b',
    table: 'public.orders',
    state: 'active',
    inserted_at: '2026-11-23T13:48:53Z',
    updated_at: '2026-11-23T13:48:54Z',
    rows_processed_count: 1,
    rows_ingested_count: 1,
  };
  const open = (fields: Record<string, unknown>, onLeftOut = neverLeftOut) =>
    decodeSink(
      { id: 's', name: 'n', status: 'active', destination: { type: 'kafka' }, ...fields },
      onLeftOut,
    ).unfinishedBackfills?.map(({ id }) => id);
  const other = { ...raw, id: 'other' };

  for (const [what, fields, ids] of [
    ['neither field: not told', {}, undefined],
    ['an empty list: none', { active_backfills: [] }, []],
    ['null for a list: none', { active_backfills: null }, []],
    ['a list', { active_backfills: [raw, other] }, ['b', 'other']],
    ['before 0.8.20, null: none', { active_backfill: null }, []],
    ['before 0.8.20, one: that one', { active_backfill: raw }, ['b']],
    ['both fields: the list', { active_backfills: [other], active_backfill: raw }, ['other']],
    ['an empty list and one: the list', { active_backfills: [], active_backfill: raw }, []],
    ['null and one: that one', { active_backfills: null, active_backfill: raw }, ['b']],
  ] as const) {
    it(what, () => {
      assert.deepEqual(open(fields), ids);
    });
  }

  it('of an old server may be without their table', () => {
    const old: Partial<typeof raw> = { ...raw };
    delete old.table;
    const answer = { id: 's', name: 'n', status: 'active', destination: { type: 'kafka' } };
    const { unfinishedBackfills } = decodeSink({ ...answer, active_backfill: old }, neverLeftOut);
    assert.deepEqual(
      unfinishedBackfills?.map(({ id, sinkId, table }) => [id, sinkId, table]),
      [['b', 's', null]],
    );
  });

  for (const [what, one] of [
    ['that lacks a count', { ...raw, rows_ingested_count: undefined }],
    ['that lacks its last change', { ...raw, updated_at: undefined }],
    ['that is only an id', 'b'],
    ['that is a list', [raw]],
    ['that is false', false],
  ] as const) {
    it(`leave out one ${what}, and say so`, () => {
      const said: string[] = [];
      const ids = open({ active_backfill: one }, (left) => said.push(left));
      assert.deepEqual(ids, []);
      assert.deepEqual(said, ['active backfill']);
    });
  }
});

describe('what is kept of a destination', () => {
  const destination = (fields: Record<string, unknown>) =>
    decodeSink({ id: 's', name: 'n', status: 'active', destination: fields }, neverLeftOut).sink.destination;

  it('its address', () => {
    assert.deepEqual(
      destination({ type: 'kafka', hosts: 'a:9092,b:9092', topic: 'orders', username: 'me' }),
      {
        type: 'kafka',
        address: 'orders @ a:9092,b:9092',
      },
    );
    assert.equal(
      destination({ type: 'webhook', http_endpoint: 'hook', http_endpoint_path: '/in' }).address,
      'hook/in',
    );
    assert.equal(
      destination({ type: 'redis_stream', host: 'r', port: 6379, stream_key: 'k' }).address,
      'k @ r:6379',
    );
    assert.equal(destination({ type: 'sequin_stream' }).address, null);
    assert.equal(destination({ type: 'carrier_pigeon', loft: 'roof' }).address, null);
  });

  it('no credential, wherever one may be', () => {
    const secrets = {
      type: 'elasticsearch',
      endpoint_url: 'https://elastic:s3cret@search.internal:9200/?api_key=s3cret#s3cret',
      index_name: 'orders',
      auth_value: 's3cret',
      password: 's3cret',
    };
    for (const fields of [
      secrets,
      { ...secrets, type: 'meilisearch', api_key: 's3cret' },
      { ...secrets, type: 'typesense', collection_name: 'c' },
      { type: 'webhook', http_endpoint: 'hook', http_endpoint_path: '/in?token=s3cret' },
      {
        type: 'kafka',
        hosts: 'user:s3cret@a:9092',
        topic: 't',
        username: 's3cret',
        aws_access_key_id: 's3cret',
      },
      { type: 'nats', host: 'user:s3cret@nats', port: 4222, jwt: 's3cret' },
    ]) {
      assert.ok(!JSON.stringify(destination(fields)).includes('s3cret'), JSON.stringify(destination(fields)));
    }
  });
});
