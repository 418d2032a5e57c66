import assert from 'node:assert/strict';
import type { BackfillJson, SinkJson } from '../../../src/sampleServer/sequinTypes.ts';
import {
  busySeries,
  fastSeries,
  listRecordings,
  quietSeries,
  read,
  readRecording,
  type Recording,
} from '../../recordings/recordings.ts';
import { useServers } from '../useServers.ts';
import { isSink, RecordedServer } from './RecordedServer.ts';
import { sendRequest } from './sendRequest.ts';

/** Recordings that the emulator doesn't reproduce, with the reason. */
const skippedRecordings: Record<string, string> = {
  'a11-auth-trailing-space': 'Node.js trims header values',
  'a40-method-override': 'creating sinks is not emulated',
  'g13-series-stream-pull-500rps': 'the streams of the emulator have no consumers',
  'g14-series-slow-webhook-pending2000': 'a limit on pending messages is not emulated',
  'h11-unicode-raw-utf8': 'Node.js rejects paths that are not ASCII',
  'o01-pg-down-list-sinks': 'the emulator has no Postgres',
  'o01b-pg-down-list-sinks-accept-json': 'the emulator has no Postgres',
  'o02-pg-down-health': 'the emulator has no Postgres',
  'o04-pg-down-create': 'the emulator has no Postgres',
};

/** Recordings of several requests; they have tests of their own. */
const multiRequestRecordings = ['h02-names-encodeURIComponent-table', 'm02-race-8-parallel-creates'];

/** Request bodies that are too long for a recording. */
const longBodies: Record<string, string> = {
  'q09-create-9MB-body': JSON.stringify({ table: 'x'.repeat(9_000_000) }),
};

describe('Emulator with recorded requests', () => {
  const series = [...new Set([...fastSeries, ...quietSeries, ...busySeries])];
  const excluded = [...Object.keys(skippedRecordings), ...multiRequestRecordings, ...series];
  const replayedNames = listRecordings().filter((name) => !excluded.includes(name));
  const history = replayedNames.map(readRecording).sort((a, b) => getTime(a) - getTime(b));
  const stopLater = useServers('suite');
  let server: RecordedServer;

  before(async () => {
    server = await stopLater(RecordedServer.start(history));
  });

  for (const recording of history) {
    it(`reproduces ${recording.name}`, async () => {
      server.prepare(recording);
      await replay(server, recording);
    });
  }

  it('finds sinks by unusual names in a path, except by a name that Sequin takes for an id (recording h02)', async () => {
    const rows = read('h02-names-encodeURIComponent-table') as {
      path: string;
      status: number;
      body: string;
    }[];
    for (const { path, status, body } of rows) {
      const request = { method: 'GET', path, headers: { authorization: 'Bearer TOKEN' } };
      const response = { status, headers: {}, body: JSON.parse(body) as unknown };
      server.prepare({ name: path, request: { ...request, body: null }, response });
      const reply = await sendRequest(server.emulator.url, request);
      assert.deepEqual([reply.status, reply.text], [status, body], path);
    }
  });

  it('accepts only one of eight concurrent requests to create a backfill (recording m02)', async () => {
    const recorded = read('m02-race-8-parallel-creates') as { status: number; body: unknown }[];
    server.restore();
    server.emulator.world.getSink('two-tables').backfills.length = 0;
    const path = '/api/sinks/two-tables/backfills';
    const headers = { authorization: 'Bearer TOKEN', 'content-type': 'application/json' };
    const body = JSON.stringify({ table: 'public.customers' });
    const replies = await Promise.all(
      recorded.map(() => sendRequest(server.emulator.url, { method: 'POST', path, headers, body })),
    );
    const listStatuses = (list: { status: number | undefined }[]) => list.map(({ status }) => status).sort();
    assert.deepEqual(listStatuses(replies), listStatuses(recorded));
  });

  it('is tested with every recording except for the excluded recordings, which all exist', () => {
    assert.deepEqual(
      excluded.filter((name) => !listRecordings().includes(name)),
      [],
    );
    assert.equal(replayedNames.length + excluded.length, listRecordings().length);
  });
});

async function replay(server: RecordedServer, { name, request, response }: Recording): Promise<void> {
  const { method, path, headers } = request;
  const body = longBodies[name] ?? serialize(request.body);
  const reply = await sendRequest(server.emulator.url, {
    method,
    path,
    headers,
    ...(body !== undefined && { body }),
  });

  assert.equal(reply.status, response.status);
  for (const header of ['content-type', 'content-encoding', 'location']) {
    assert.equal(reply.headers[header], response.headers[header], header);
  }
  const requestId = headers['x-request-id'];
  if (requestId !== undefined) {
    assert.equal(reply.headers['x-request-id'] === requestId, response.headers['x-request-id'] === requestId);
  }
  if (method === 'HEAD') {
    return;
  }
  if (response.body_text !== undefined) {
    assert.equal(reply.text, response.body_text);
    return;
  }

  const actual: unknown = JSON.parse(reply.text);
  if (method === 'GET' || response.status !== 200) {
    assert.deepEqual(sortItems(actual), sortItems(response.body));
    return;
  }
  if (request.path.split('/').includes('postgres_databases') || isSink(response.body)) {
    assert.deepEqual(sortItems(actual), sortItems(response.body));
    return;
  }
  const [backfill, recorded] = [actual, response.body] as [BackfillJson, BackfillJson];
  assert.deepEqual(maskIdAndTimes(backfill), maskIdAndTimes(recorded));
  if (method === 'POST') {
    server.assignRecordedId(backfill, recorded);
  }
}

function serialize(body: unknown): string | undefined {
  if (body === null) {
    return undefined;
  }
  return typeof body === 'string' ? body : JSON.stringify(body);
}

/** Sorts sinks and their backfills by id, because Sequin lists them in no particular order. */
function sortItems(body: unknown): unknown {
  if (Array.isArray(body)) {
    return body.map(sortItems).sort((a, b) => getId(a).localeCompare(getId(b)));
  }
  const sink = body as Partial<SinkJson & { data: SinkJson[] }>;
  if (sink.active_backfills) {
    return { ...sink, active_backfills: sortItems(sink.active_backfills) };
  }
  return sink.data?.[0]?.destination ? { data: sortItems(sink.data) } : body;
}

function getId(item: unknown): string {
  return (item as { id: string }).id;
}

/** Masks the digits of a backfill's id and times, because the emulator reproduces only the format of these values. */
function maskIdAndTimes(backfill: BackfillJson): Record<string, unknown> {
  const mask = (value: unknown) => (typeof value === 'string' ? value.replace(/[\da-f]/g, '0') : value);
  const { id, inserted_at, updated_at, completed_at, canceled_at } = backfill;
  const fields = { id, inserted_at, updated_at, completed_at, canceled_at };
  return {
    ...backfill,
    ...Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, mask(value)])),
  };
}

function getTime({ response }: Recording): number {
  return Date.parse(response.headers['date'] ?? '');
}
