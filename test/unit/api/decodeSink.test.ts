import assert from 'node:assert/strict';
import { decodeSink } from '../../../src/api/decodeSink.ts';

const failOnSkippedItem = (itemType: string, problem: string): void => {
  assert.fail(`skipped a ${itemType}: ${problem}`);
};

describe('the unfinished backfills of a decoded sink', () => {
  const raw = {
    id: 'b',
    table: 'public.orders',
    state: 'active',
    inserted_at: '2026-11-23T13:48:53Z',
    updated_at: '2026-11-23T13:48:54Z',
    rows_processed_count: 1,
    rows_ingested_count: 1,
  };
  const getUnfinishedIds = (fields: Record<string, unknown>, onItemSkipped = failOnSkippedItem) =>
    decodeSink(
      { id: 's', name: 'n', status: 'active', destination: { type: 'kafka' }, ...fields },
      onItemSkipped,
    ).unfinishedBackfills?.map(({ id }) => id);
  const other = { ...raw, id: 'other' };

  for (const [name, fields, ids] of [
    ['are unknown if the response has neither field', {}, undefined],
    ['are empty if the list is empty', { active_backfills: [] }, []],
    ['are empty if the list is null', { active_backfills: null }, []],
    ['are the backfills in the list', { active_backfills: [raw, other] }, ['b', 'other']],
    ['are empty if a server before 0.8.20 reports null', { active_backfill: null }, []],
    ['are the single backfill that a server before 0.8.20 reports', { active_backfill: raw }, ['b']],
    [
      'are the backfills in the list, even if there is also a single backfill',
      { active_backfills: [other], active_backfill: raw },
      ['other'],
    ],
    [
      'are empty if the list is empty, even if there is a single backfill',
      { active_backfills: [], active_backfill: raw },
      [],
    ],
    ['are the single backfill if the list is null', { active_backfills: null, active_backfill: raw }, ['b']],
  ] as const) {
    it(name, () => {
      assert.deepEqual(getUnfinishedIds(fields), ids);
    });
  }

  it('leave out an invalid backfill without affecting the sink', () => {
    const decoded = decodeSink(
      { id: 's', name: 'n', status: 'active', destination: { type: 'kafka' }, active_backfills: [raw, {}] },
      () => undefined,
    );
    assert.equal(decoded.unfinishedBackfills?.length, 1);
    assert.equal(decoded.sink.health, null);
  });

  it('have no table if an old server doesn’t report the table', () => {
    const old: Partial<typeof raw> = { ...raw };
    delete old.table;
    const sink = { id: 's', name: 'n', status: 'active', destination: { type: 'kafka' } };
    const { unfinishedBackfills } = decodeSink({ ...sink, active_backfill: old }, failOnSkippedItem);
    assert.deepEqual(
      unfinishedBackfills?.map(({ id, sinkId, table }) => [id, sinkId, table]),
      [['b', 's', null]],
    );
  });

  for (const [name, invalid] of [
    ['without a count', { ...raw, rows_processed_count: undefined }],
    ['without a time', { ...raw, inserted_at: undefined, updated_at: undefined }],
    ['that is a string', 'b'],
    ['that is a list', [raw]],
    ['that is false', false],
  ] as const) {
    it(`leave out a backfill ${name}, and report it as skipped`, () => {
      const skipped: string[] = [];
      const ids = getUnfinishedIds({ active_backfill: invalid }, (itemType) => skipped.push(itemType));
      assert.deepEqual(ids, []);
      assert.deepEqual(skipped, ['backfill']);
    });
  }
});

describe('the destination of a decoded sink', () => {
  const decodeDestination = (fields: Record<string, unknown>) =>
    decodeSink({ id: 's', name: 'n', status: 'active', destination: fields }, failOnSkippedItem).sink
      .destination;

  const host = { host: 'h', port: 1 };
  const addresses: readonly [type: string, fields: object, address: string | null][] = [
    ['webhook', { http_endpoint: 'hook', http_endpoint_path: '/in' }, 'hook/in'],
    ['kafka', { hosts: 'a:9092,b:9092', topic: 't' }, 't @ a:9092,b:9092'],
    ['rabbitmq', { ...host, exchange: 'e' }, 'e @ h:1'],
    ['redis_stream', { ...host, stream_key: 'k' }, 'k @ h:1'],
    ['redis_stream', { stream_key: 'k' }, 'k'],
    ['redis_string', host, 'h:1'],
    ['nats', { host: 'fd00::5', port: 4222 }, '[fd00::5]:4222'],
    ['nats', { host: '[fd00::5]', port: 4222 }, '[fd00::5]:4222'],
    ['sqs', { queue_url: 'https://q' }, 'https://q'],
    ['sns', { topic_arn: 'arn' }, 'arn'],
    ['kinesis', { stream_arn: 'arn' }, 'arn'],
    ['s2', { basin: 'b', stream: 's' }, 'b/s'],
    ['gcp_pubsub', { project_id: 'p', topic_id: 't' }, 'p/t'],
    ['azure_event_hub', { namespace: 'n', event_hub_name: 'e' }, 'n/e'],
    ['typesense', { collection_name: 'c', endpoint_url: 'https://h' }, 'c @ https://h'],
    ['meilisearch', { index_name: 'i', endpoint_url: 'https://h' }, 'i @ https://h'],
    ['elasticsearch', { index_name: 'i', endpoint_url: 'https://h' }, 'i @ https://h'],
    ['sequin_stream', {}, null],
    ['carrier_pigeon', { loft: 'roof' }, null],
  ];
  for (const [type, fields, expected] of addresses) {
    it(`has the address ${expected ?? 'null'} if its type is ${type} and its fields are ${JSON.stringify(fields)}`, () => {
      assert.equal(decodeDestination({ type, ...fields }).address, expected);
    });
  }

  it('has neither fields nor an address if its type is unknown', () => {
    for (const type of ['__proto__', 'constructor', 'toString', 'valueOf', '']) {
      assert.deepEqual(decodeDestination({ type, host: 'h' }), { type, address: null, fields: {} });
    }
  });

  // For each type, all fields that may be secret, even if the server masks them, and addresses that contain secrets.
  const address = 'https://user:s3cret@s3cret@host/?key=s3cret#s3cret';
  const aws = { access_key_id: 's3cret', secret_access_key: 's3cret', region: 'r' };
  const login = { username: 's3cret', password: 's3cret', host: 'user:s3cret@host', port: 1, tls: true };
  const secretFields: Readonly<Record<string, object>> = {
    webhook: { http_endpoint: address, http_endpoint_path: '/in?token=s3cret', headers: { a: 's3cret' } },
    kafka: {
      hosts: 'user:s3cret@s3cret@a:9092,user:s3cret@b:9092',
      topic: 't',
      sasl_mechanism: 'plain',
      aws_access_key_id: 's3cret',
      aws_secret_access_key: 's3cret',
      ...login,
    },
    rabbitmq: { ...login, exchange: 'e', virtual_host: '/', connection_id: 's3cret' },
    redis_stream: { ...login, stream_key: 'k' },
    redis_string: { ...login, expire_ms: 1 },
    sqs: { ...aws, queue_url: address },
    sns: { ...aws, topic_arn: 'a', emulator_base_url: address },
    kinesis: { ...aws, stream_arn: 'a' },
    s2: { basin: 'b', stream: 's', access_token: 's3cret' },
    gcp_pubsub: { project_id: 'p', topic_id: 't', credentials: { private_key: 's3cret' } },
    nats: { ...login, jwt: 's3cret', nkey_seed: 's3cret' },
    azure_event_hub: { namespace: 'n', shared_access_key_name: 's3cret', shared_access_key: 's3cret' },
    typesense: { endpoint_url: address, collection_name: 'c', api_key: 's3cret' },
    meilisearch: { endpoint_url: address, index_name: 'i', api_key: 's3cret' },
    elasticsearch: { endpoint_url: address, auth_type: 'basic', auth_value: 's3cret' },
    carrier_pigeon: { address, password: 's3cret' },
  };
  for (const [type, fields] of Object.entries(secretFields)) {
    it(`contains no credential if its type is ${type}`, () => {
      assert.doesNotMatch(JSON.stringify(decodeDestination({ type, ...fields })), /s3cret/);
    });
  }

  for (const [hosts, expected] of [
    ['//user:s3cret@a:9092,b:9092', '//a:9092,b:9092'],
    ['b:9092,//user:s3cret@a:9092', 'b:9092,//a:9092'],
    ['http:///user:s3cret@a', 'http:///a'],
    ['///user:s3cret@a', '///a'],
  ] as const) {
    it(`contains no credential if its hosts are ${hosts}`, () => {
      assert.equal(decodeDestination({ type: 'kafka', hosts }).address, expected);
    });
  }

  it('has an address without credentials even if its hosts contain 200,000 commas', () => {
    const hosts = `user:s3cret@a${','.repeat(200_000)}`;
    assert.equal(decodeDestination({ type: 'kafka', hosts }).address, `a${','.repeat(200_000)}`);
  });

  it('has the whole stream key in its address, even if the key contains @, ? and #', () => {
    const streamKey = 'team@orders?#1';
    assert.equal(
      decodeDestination({ type: 'redis_stream', host: 'user:pw@r', port: 6379, stream_key: streamKey })
        .address,
      `${streamKey} @ r:6379`,
    );
  });

  it('has the fields that may be shown, unless they are invalid or empty', () => {
    const host = { host: 'r', port: 6379, tls: false, database: '', stream_key: null };
    assert.deepEqual(decodeDestination({ type: 'redis_stream', ...host }).fields, {
      host: 'r',
      port: 6379,
      tls: false,
    });
  });
});
