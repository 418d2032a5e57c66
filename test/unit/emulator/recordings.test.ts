import assert from 'node:assert/strict';
import type { BackfillJson, SinkJson } from '../../emulator/sequinTypes.ts';
import {
  fastSeries,
  read,
  readRecording,
  type Recording,
  recordingNames,
} from '../../recordings/recordings.ts';
import { useServers } from '../useServers.ts';
import { ask } from './ask.ts';
import { Lab } from './Lab.ts';

/** Recordings that the emulator cannot be held to, and why. */
const NOT_REPLAYED: Record<string, string> = {
  'a11-auth-trailing-space': "Node's HTTP parser cuts off a space behind a header's value",
  'a40-method-override': 'creating sinks is not emulated',
  'g13-series-stream-pull-500rps': 'no one receives from the streams of the emulator',
  'g14-series-slow-webhook-pending2000': 'a limit on pending messages is not emulated',
  'h11-unicode-raw-utf8': "Node's HTTP parser refuses a path that is not ASCII",
  'n01-redis-down-health': 'the emulator has no Redis that could be down',
  'o01-pg-down-list-sinks': 'the emulator has no Postgres that could be down',
  'o01b-pg-down-list-sinks-accept-json': 'the emulator has no Postgres that could be down',
  'o02-pg-down-health': 'the emulator has no Postgres that could be down',
  'o04-pg-down-create': 'the emulator has no Postgres that could be down',
};

/** Recordings of many requests, which have tests of their own. */
const TABLES = ['h02-names-encodeURIComponent-table', 'm02-race-8-parallel-creates'];

/** Bodies too long to be kept. */
const BODIES: Record<string, string> = {
  'q09-create-9MB-body': JSON.stringify({ table: 'x'.repeat(9_000_000) }),
};

describe('The emulator answers as the recorded server', () => {
  const elsewhere = [...Object.keys(NOT_REPLAYED), ...TABLES, ...fastSeries];
  const single = recordingNames().filter((name) => !elsewhere.includes(name));
  const history = single.map(readRecording).sort((a, b) => timeOf(a) - timeOf(b));
  const stopLater = useServers('suite');
  let lab: Lab;

  before(async () => {
    lab = await stopLater(Lab.start(history));
  });

  for (const recording of history) {
    it(recording.name, async () => {
      lab.prepare(recording);
      await replay(lab, recording);
    });
  }

  it('h02: every name that can be written into a path leads to its sink', async () => {
    const rows = read('h02-names-encodeURIComponent-table') as {
      path: string;
      status: number;
      body: string;
    }[];
    for (const { path, status, body } of rows) {
      const request = { method: 'GET', path, headers: { authorization: 'Bearer TOKEN' } };
      const response = { status, headers: {}, body: JSON.parse(body) as unknown };
      lab.prepare({ name: path, request: { ...request, body: null }, response });
      const reply = await ask(lab.emulator.url, request);
      assert.deepEqual([reply.status, reply.text], [status, body], path);
    }
  });

  it('m02: of eight creates at once, one succeeds', async () => {
    const recorded = read('m02-race-8-parallel-creates') as { status: number; body: unknown }[];
    lab.bringBack();
    lab.emulator.world.getSink('two-tables').backfills.length = 0;
    const path = '/api/sinks/two-tables/backfills';
    const headers = { authorization: 'Bearer TOKEN', 'content-type': 'application/json' };
    const body = JSON.stringify({ table: 'public.customers' });
    const replies = await Promise.all(
      recorded.map(() => ask(lab.emulator.url, { method: 'POST', path, headers, body })),
    );
    const statuses = (list: { status: number | undefined }[]) => list.map(({ status }) => status).sort();
    assert.deepEqual(statuses(replies), statuses(recorded));
  });

  it('leaves out only recordings that exist', () => {
    assert.deepEqual(
      elsewhere.filter((name) => !recordingNames().includes(name)),
      [],
    );
    assert.equal(single.length + elsewhere.length, recordingNames().length);
  });
});

async function replay(lab: Lab, { name, request, response }: Recording): Promise<void> {
  const { method, path, headers } = request;
  const body = BODIES[name] ?? write(request.body);
  const reply = await ask(lab.emulator.url, { method, path, headers, ...(body !== undefined && { body }) });

  assert.equal(reply.status, response.status);
  for (const header of ['content-type', 'content-encoding', 'location']) {
    assert.equal(reply.headers[header], response.headers[header], header);
  }
  const asked = headers['x-request-id'];
  if (asked !== undefined) {
    assert.equal(reply.headers['x-request-id'] === asked, response.headers['x-request-id'] === asked);
  }
  if (method === 'HEAD') return;
  if (response.body_text !== undefined) {
    assert.equal(reply.text, response.body_text);
    return;
  }

  const answered: unknown = JSON.parse(reply.text);
  if (method === 'GET' || response.status !== 200) {
    assert.deepEqual(inOrder(answered), inOrder(response.body));
    return;
  }
  const [backfill, recorded] = [answered, response.body] as [BackfillJson, BackfillJson];
  assert.deepEqual(timeless(backfill), timeless(recorded));
  if (method === 'POST') lab.adopt(backfill, recorded);
}

function write(body: unknown): string | undefined {
  if (body === null) return undefined;
  return typeof body === 'string' ? body : JSON.stringify(body);
}

/** Sinks come in any order, and so do the open backfills of each. */
function inOrder(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(inOrder).sort((a, b) => idOf(a).localeCompare(idOf(b)));
  const sink = body as Partial<SinkJson & { data: SinkJson[] }>;
  if (sink.active_backfills) return { ...sink, active_backfills: inOrder(sink.active_backfills) };
  return sink.data?.[0]?.destination ? { data: inOrder(sink.data) } : body;
}

function idOf(item: unknown): string {
  return (item as { id: string }).id;
}

/** A backfill with its times and id as what they look like: these are the emulator's own. */
function timeless(backfill: BackfillJson): Record<string, unknown> {
  const shape = (value: unknown) => (typeof value === 'string' ? value.replace(/[\da-f]/g, '0') : value);
  const { id, inserted_at, updated_at, completed_at, canceled_at } = backfill;
  const own = { id, inserted_at, updated_at, completed_at, canceled_at };
  return {
    ...backfill,
    ...Object.fromEntries(Object.entries(own).map(([field, value]) => [field, shape(value)])),
  };
}

function timeOf({ response }: Recording): number {
  return Date.parse(response.headers['date'] ?? '');
}
