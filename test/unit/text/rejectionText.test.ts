import assert from 'node:assert/strict';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import { toFailure, type Failure } from '../../../src/model/failure.ts';
import { describeFailure } from '../../../src/text/failureText.ts';
import { setLocale } from '../../../src/text/format.ts';
import { describeWriteFailure } from '../../../src/text/writeFailureText.ts';
import { read, readRecording, recordingNames, type Recording } from '../../recordings/recordings.ts';
import { backfill, now } from '../samples.ts';
import { useHttpServers } from '../useServers.ts';

const sequin = 'localhost:7376';

const knowsNo = (table: string): string =>
  `Sequin knows no table ${table} in the sink’s database: capital letters count, and a new table must first be refreshed in the console.`;
const takesNo = (table: string): string => `The sink does not take the table ${table}.`;
const knowsNoField = (field: string): string =>
  `This Sequin does not know the field ${field} of a backfill: is it an older version?`;

/** What the user reads of each recorded refusal, by the ids of the recordings. */
const sentences: readonly (readonly [sentence: string, ids: string])[] = [
  ['The sink takes more than one table: name the one that is meant.', 'd01 d02 d22 d22b d23 d33 d34'],
  ['The name of the table is empty.', 'd09'],
  [knowsNo('public.nope'), 'd03'],
  [knowsNo('a.b.c'), 'd11'],
  [knowsNo('public."Weird Table.name"'), 'd12b'],
  [knowsNo('PUBLIC.SMALL'), 'd14'],
  [takesNo('sales.invoices'), 'd04'],
  [takesNo('public.small'), 'd30'],
  [takesNo('public.big'), 'd39'],
  [knowsNoField('foo'), 'd05 f11'],
  [knowsNoField('sort_column'), 'd06'],
  [knowsNoField('max_timeout_ms'), 'd06b'],
  [knowsNoField('id'), 'd36'],
  [knowsNoField('rows_processed_count'), 'e31'],
  [knowsNoField('table'), 'e32'],
  [knowsNoField('x'), 'f05'],
  ['A backfill of this table already runs or is paused.', 'd08 d29 e22 k25'],
  [
    'This Sequin does not know that state: to pause a backfill needs version 0.13.6 or later.',
    'd17 e28 e30 e36 e37',
  ],
  ['The request named no state.', 'e29'],
  ['The state of the backfill does not allow that any more.', 'e23 e24 e51 e53 e54 e56 e56b e61'],
  [
    'The request arrived without its content type: something on the way took it.',
    'd18 d19 d20 d20b d25 e34 e35 q08',
  ],
  [`${sequin} refused the request (status 400).`, 'd21 d21b d21c e40'],
  [`${sequin} refused the request, since it is too long.`, 'q09'],
  [`${sequin} refused the token.`, 'd37 e45'],
  ['This sink does not exist any more.', 'd26 e41'],
  ['This backfill does not exist any more.', 'e39'],
  [`There is no Sequin API at ${sequin}.`, 'e44'],
  [`${sequin} failed inside (status 500); its own log says why.`, 'd10 d10b e38 i10 o04'],
];

/** What is said instead where the state as it is now could be read. */
const states: readonly (readonly [state: string, sentence: string, ids: string])[] = [
  ['paused', 'It is paused: 47% · 94,000 of 200,000 rows.', 'e23 e24'],
  ['cancelled', 'It was already cancelled, 2 h ago.', 'e51 e53'],
  ['completed', 'It already completed, 2 h ago.', 'e54 e61'],
  ['failed', 'It already failed, 2 h ago.', 'e56 e56b'],
];

const idOf = (name: string): string => name.split('-', 1)[0] ?? '';

/** Every recorded write of a backfill that was refused, by its id. */
const refused = new Map(
  recordingNames()
    .filter((name) => 'request' in (read(name) as object))
    .map((name): [string, Recording] => [idOf(name), readRecording(name)])
    .filter(([, { request, response }]) => {
      const writes = ['POST', 'PATCH', 'PUT'].includes(request.method);
      return writes && /\/backfills\b/.test(request.path) && response.status >= 400;
    }),
);

describe('why a server did not do what it was asked', () => {
  /** What the server answers next. */
  let answer: { status: number; type: string; body: string };
  let address: string;
  const startServer = useHttpServers('suite');

  before(async () => {
    setLocale('en', 'UTC');
    const server = await startServer((request, response) => {
      request.resume().on('end', () => {
        response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
      });
    });
    address = server.url;
  });

  /** What our own client makes of an answer to a start or to a change. */
  async function failureTo(method: string): Promise<Failure> {
    const api = createApiClient({ address, token: 'TOKEN' });
    try {
      await (method === 'POST'
        ? api.createBackfill('sink', { table: 'public.orders' })
        : api.updateBackfill('sink', 'backfill', 'paused'));
    } catch (error) {
      return toFailure(error) ?? assert.fail(String(error));
    }
    return assert.fail('it was not refused');
  }

  async function failureIn({ request, response }: Recording): Promise<Failure> {
    const { status, headers, body, body_text } = response;
    answer = { status, type: headers['content-type'] ?? '', body: body_text ?? JSON.stringify(body) };
    return failureTo(request.method);
  }

  async function sentenceFor(body: unknown, status = 422): Promise<string> {
    answer = { status, type: 'application/json', body: JSON.stringify(body) };
    return describeFailure(await failureTo('POST'), sequin).sentence;
  }

  const invalid = (validation_errors: unknown) => ({ summary: 'Validation failed', validation_errors });

  it('has a sentence for every recorded refusal', () => {
    const listed = sentences.flatMap(([, ids]) => ids.split(' '));
    assert.deepEqual(listed.sort(), [...refused.keys()].sort());
  });

  for (const [sentence, ids] of sentences) {
    for (const id of ids.split(' ')) {
      it(`${id}: ${sentence}`, async () => {
        const failure = await failureIn(refused.get(id) ?? assert.fail());
        assert.equal(describeFailure(failure, sequin).sentence, sentence);
        assert.equal(describeWriteFailure({ failure, currentBackfill: undefined }, sequin, now), sentence);
      });
    }
  }

  for (const [state, sentence, ids] of states) {
    for (const id of ids.split(' ')) {
      it(`${id}, where the state was read: ${sentence}`, async () => {
        const failure = await failureIn(refused.get(id) ?? assert.fail());
        const currentBackfill = backfill({ state, updatedAt: now - 2 * 3600_000 });
        assert.equal(describeWriteFailure({ failure, currentBackfill }, sequin, now), sentence);
      });
    }
  }

  it('names the one that stands in the way, and how far it is', async () => {
    const failure = await failureIn(refused.get('d08') ?? assert.fail());
    assert.equal(
      describeWriteFailure({ failure, currentBackfill: backfill() }, sequin, now),
      'A backfill of this table already runs or is paused. It is active: 47% · 94,000 of 200,000 rows.',
    );
  });

  it('says it in the server’s words where they are not known', async () => {
    assert.equal(
      await sentenceFor({ code: null, summary: 'The slot is gone', validation_errors: {} }),
      `${sequin} refused the request: The slot is gone.`,
    );
    assert.equal(
      await sentenceFor(invalid({ table: ['is locked', 'is too large'], sort_column: ['is unknown'] })),
      `${sequin} refused the request: table is locked; table is too large; sort_column is unknown.`,
    );
  });

  it('says all of it in the server’s words where some of it is not known', async () => {
    assert.equal(
      await sentenceFor(invalid({ state: ['is invalid'], table: ['is locked'] })),
      `${sequin} refused the request: state is invalid; table is locked.`,
    );
  });

  it('says each that is known in a sentence of its own', async () => {
    assert.equal(
      await sentenceFor(invalid({ state: ['is invalid', "can't be blank"] })),
      'This Sequin does not know that state: to pause a backfill needs version 0.13.6 or later. The request named no state.',
    );
  });

  it('finds what is nested, however deep', async () => {
    assert.equal(
      await sentenceFor(
        invalid({ table: { schema: { name: ['is reserved'] } }, tables: [{ name: 'is taken' }, 'are many'] }),
      ),
      `${sequin} refused the request: table schema name is reserved; tables name is taken; tables are many.`,
    );
  });

  it('takes the summary where the validation errors tell nothing', async () => {
    for (const errors of [undefined, {}, { table: [] }, { table: null }, { table: [{}] }]) {
      assert.equal(
        await sentenceFor({ summary: 'Table public.x not found', validation_errors: errors }),
        knowsNo('public.x'),
      );
    }
  });

  it('tells the status where nobody tells more', async () => {
    for (const body of [null, [], 'no', 5, { summary: 5 }, { validation_errors: [] }]) {
      assert.equal(await sentenceFor(body, 409), `${sequin} refused the request (status 409).`);
    }
  });

  it('leaves a table’s name as it is, whatever it is', async () => {
    const names = ['x not found', "x not in sink's source configuration", 'a\nb', '{0}', '$&', ' ', 'Table'];
    for (const name of names) {
      assert.equal(await sentenceFor({ summary: `Table ${name} not found` }), knowsNo(name));
      assert.equal(
        await sentenceFor({ summary: `Table ${name} not in sink's source configuration` }),
        takesNo(name),
      );
      assert.equal(await sentenceFor({ summary: `Unknown field: ${name}` }), knowsNoField(name));
    }
  });
});
