import assert from 'node:assert/strict';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import { type Failure, toFailure } from '../../../src/model/failure.ts';
import { describeFailure } from '../../../src/text/failureText.ts';
import { setLocale } from '../../../src/text/format.ts';
import { describeWriteFailure } from '../../../src/text/outcomeText.ts';
import { toDisplayText } from '../../../src/text/toDisplayText.ts';
import { listRecordings, read, readRecording, type Recording } from '../../recordings/recordings.ts';
import { backfill, now } from '../samples.ts';
import { useHttpServers } from '../useServers.ts';

const serverName = 'localhost:7376';

const describeUnknownTable = (table: string): string =>
  `Sequin doesn’t know the table ${table} in the sink’s database. Names are case-sensitive. If the table is new, refresh the database’s tables first.`;
const describeExcludedTable = (table: string): string => `The sink doesn’t include the table ${table}.`;
const describeUnknownField = (field: string): string =>
  `This version of Sequin doesn’t support the field ${field} of a backfill.`;

/** The sentence for each recorded rejection, with the ids of the recordings. */
const sentences: readonly (readonly [sentence: string, ids: string])[] = [
  ['The sink has more than one table. Select one of them.', 'd01 d02 d22 d22b d23 d33 d34'],
  ['The table name is empty.', 'd09'],
  [describeUnknownTable('public.nope'), 'd03'],
  [describeUnknownTable('a.b.c'), 'd11'],
  [describeUnknownTable('public."Weird Table.name"'), 'd12b'],
  [describeUnknownTable('PUBLIC.SMALL'), 'd14'],
  [describeExcludedTable('sales.invoices'), 'd04'],
  [describeExcludedTable('public.small'), 'd30'],
  [describeExcludedTable('public.big'), 'd39'],
  [describeUnknownField('foo'), 'd05 f11'],
  [describeUnknownField('sort_column'), 'd06'],
  [describeUnknownField('max_timeout_ms'), 'd06b'],
  [describeUnknownField('id'), 'd36'],
  [describeUnknownField('rows_processed_count'), 'e31'],
  [describeUnknownField('table'), 'e32'],
  [describeUnknownField('x'), 'f05'],
  ['A backfill of this table is already in progress.', 'd08 d29 e22 k25'],
  ['Pausing backfills requires Sequin 0.13.6 or later.', 'd17 e28 e30 e36 e37'],
  ['The request contained no state.', 'e29'],
  ['The backfill’s state no longer allows this.', 'e23 e24 e51 e53 e54 e56 e56b e61'],
  [
    'The request arrived without its Content-Type header. A proxy may have removed it.',
    'd18 d19 d20 d20b d25 e34 e35 q08',
  ],
  [`${serverName} rejected the request (HTTP 400).`, 'd21 d21b d21c e40'],
  [`${serverName} rejected the request because it is too large.`, 'q09'],
  [`${serverName} rejected the API token.`, 'd37 e45'],
  ['This sink no longer exists.', 'd26 e41'],
  ['This backfill no longer exists.', 'e39'],
  [`There is no Sequin API at ${serverName}.`, 'e44'],
  [
    `${serverName} returned an internal error (HTTP 500). Check the Sequin server log.`,
    'd10 d10b e38 i10 o04',
  ],
];

/** The sentences that replace the sentence about a forbidden transition if the current state is known. */
const states: readonly (readonly [state: string, sentence: string, ids: string])[] = [
  ['paused', 'It’s paused: 47% · 94,000 of 200,000 rows.', 'e23 e24'],
  ['cancelled', 'It was already cancelled 2 h ago.', 'e51 e53'],
  ['completed', 'It already completed 2 h ago.', 'e54 e61'],
  ['failed', 'It already failed 2 h ago.', 'e56 e56b'],
];

const getId = (name: string): string => name.split('-', 1)[0] ?? '';

/** The recorded rejections of writes to backfills, by recording id. */
const rejectedWrites = new Map(
  listRecordings()
    .filter((name) => 'request' in (read(name) as object))
    .map((name): [string, Recording] => [getId(name), readRecording(name)])
    .filter(([, { request, response }]) => {
      const isWrite = ['POST', 'PATCH', 'PUT'].includes(request.method);
      return isWrite && /\/backfills\b/.test(request.path) && response.status >= 400;
    }),
);

describe('rejectionText', () => {
  /** The next response of the server. */
  let nextResponse: { status: number; type: string; body: string };
  let address: string;
  const startServer = useHttpServers('suite');

  before(async () => {
    setLocale('en', 'UTC');
    const server = await startServer((request, response) => {
      request.resume().on('end', () => {
        response.writeHead(nextResponse.status, { 'content-type': nextResponse.type }).end(nextResponse.body);
      });
    });
    address = server.url;
  });

  /** Starts (POST) or changes a backfill, and returns the failure that the API client derives from the response. */
  async function requestFailure(method: string): Promise<Failure> {
    const api = createApiClient({ address, token: 'TOKEN' });
    try {
      await (method === 'POST'
        ? api.createBackfill('sink', { table: 'public.orders' })
        : api.updateBackfill('sink', 'backfill', 'paused'));
    } catch (error) {
      return toFailure(error);
    }
    return assert.fail('expected a failure');
  }

  async function replayFailure({ request, response }: Recording): Promise<Failure> {
    const { status, headers, body, body_text } = response;
    nextResponse = { status, type: headers['content-type'] ?? '', body: body_text ?? JSON.stringify(body) };
    return requestFailure(request.method);
  }

  async function describeResponse(body: unknown, status = 422): Promise<string> {
    nextResponse = { status, type: 'application/json', body: JSON.stringify(body) };
    return describeFailure(await requestFailure('POST'), serverName).sentence;
  }

  const createInvalidBody = (validation_errors: unknown) => ({
    summary: 'Validation failed',
    validation_errors,
  });

  it('is tested with every recorded rejection', () => {
    const listed = sentences.flatMap(([, ids]) => ids.split(' '));
    assert.deepEqual(listed.sort(), [...rejectedWrites.keys()].sort());
  });

  for (const [sentence, ids] of sentences) {
    for (const id of ids.split(' ')) {
      it(`explains the rejection in recording ${id}: ${sentence}`, async () => {
        const failure = await replayFailure(rejectedWrites.get(id) ?? assert.fail());
        assert.equal(describeFailure(failure, serverName).sentence, sentence);
        assert.equal(describeWriteFailure({ failure, current: undefined }, serverName, now), sentence);
      });
    }
  }

  for (const [state, sentence, ids] of states) {
    for (const id of ids.split(' ')) {
      it(`explains the rejection in recording ${id} by the current state: ${sentence}`, async () => {
        const failure = await replayFailure(rejectedWrites.get(id) ?? assert.fail());
        const current = backfill({ state, updatedAt: now - 2 * 3600_000 });
        assert.equal(describeWriteFailure({ failure, current }, serverName, now), sentence);
      });
    }
  }

  it('includes the progress of the backfill that prevents a new backfill', async () => {
    const failure = await replayFailure(rejectedWrites.get('d08') ?? assert.fail());
    assert.equal(
      describeWriteFailure({ failure, current: backfill() }, serverName, now),
      'A backfill of this table is already in progress. It’s active: 47% · 94,000 of 200,000 rows.',
    );
  });

  it('quotes an unknown reason', async () => {
    assert.equal(
      await describeResponse({ code: null, summary: 'The slot is gone', validation_errors: {} }),
      `${serverName} rejected the request: The slot is gone.`,
    );
    assert.equal(
      await describeResponse(
        createInvalidBody({ table: ['is locked', 'is too large'], sort_column: ['is unknown'] }),
      ),
      `${serverName} rejected the request: table is locked; table is too large; sort_column is unknown.`,
    );
  });

  it('quotes even a known reason if another reason is unknown', async () => {
    assert.equal(
      await describeResponse(createInvalidBody({ state: ['is invalid'], table: ['is locked'] })),
      `${serverName} rejected the request: state is invalid; table is locked.`,
    );
  });

  it('explains each known reason in a sentence', async () => {
    assert.equal(
      await describeResponse(createInvalidBody({ state: ['is invalid', "can't be blank"] })),
      'Pausing backfills requires Sequin 0.13.6 or later. The request contained no state.',
    );
  });

  it('includes nested reasons', async () => {
    assert.equal(
      await describeResponse(
        createInvalidBody({
          table: { schema: { name: ['is reserved'] } },
          tables: [{ name: 'is taken' }, 'are many'],
        }),
      ),
      `${serverName} rejected the request: table schema name is reserved; tables name is taken; tables are many.`,
    );
  });

  it('uses the summary if the validation errors contain no reason', async () => {
    for (const errors of [undefined, {}, { table: [] }, { table: null }, { table: [{}] }]) {
      assert.equal(
        await describeResponse({ summary: 'Table public.x not found', validation_errors: errors }),
        describeUnknownTable('public.x'),
      );
    }
  });

  it('leaves out empty reasons, and includes the HTTP status if no reason is left', async () => {
    assert.equal(
      await describeResponse({ summary: ' locked\n' }),
      `${serverName} rejected the request: locked.`,
    );
    for (const summary of ['', ' \n']) {
      assert.equal(await describeResponse({ summary }), `${serverName} rejected the request (HTTP 422).`);
      assert.equal(
        await describeResponse({ summary }, 500),
        `${serverName} returned an internal error (HTTP 500). Check the Sequin server log.`,
      );
    }
  });

  it('includes the HTTP status if the response contains no reason', async () => {
    for (const body of [null, [], 'no', 5, { summary: 5 }, { validation_errors: [] }]) {
      assert.equal(await describeResponse(body, 409), `${serverName} rejected the request (HTTP 409).`);
    }
  });

  it('keeps any table or field name on one line', async () => {
    const names = ['x not found', "x not in sink's source configuration", 'a\nb', '{0}', '$&', ' ', 'Table'];
    for (const name of names) {
      assert.equal(
        await describeResponse({ summary: `Table ${name} not found` }),
        describeUnknownTable(toDisplayText(name)),
      );
      assert.equal(
        await describeResponse({ summary: `Table ${name} not in sink's source configuration` }),
        describeExcludedTable(toDisplayText(name)),
      );
      assert.equal(
        await describeResponse({ summary: `Unknown field: ${name}` }),
        describeUnknownField(toDisplayText(name)),
      );
    }
  });
});
