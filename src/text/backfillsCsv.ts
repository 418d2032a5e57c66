import { stringify } from 'csv-stringify/sync';
import { apiFields, toApiJson } from '../model/apiJson.ts';
import type { Backfill } from '../model/Backfill.ts';

/**
 * Formats a sink's backfills as CSV (RFC 4180) with a column for each API field, and with a byte order mark, without
 * which Excel doesn't read UTF-8. Names are untrusted text from a server: an apostrophe precedes each part of a text
 * that a spreadsheet could evaluate as a formula.
 */
export function formatBackfillsCsv(backfills: readonly Backfill[], sinkName: string): string {
  return stringify(
    backfills.map((backfill) => toApiJson(backfill, sinkName)),
    {
      bom: true,
      header: true,
      columns: apiFields,
      record_delimiter: 'windows',
      // Many parsers end a line at a lone CR or LF, and csv-stringify quotes those only with this option.
      quote_record_delimiter: true,
      cast: { string: (text) => text.replace(possibleFormula, "'") },
    },
  );
}

/**
 * Where a text could be evaluated: https://owasp.org/www-community/attacks/CSV_Injection. Spreadsheets ignore white
 * space before a formula. Those that separate cells by semicolons, as Excel in German, find cells within a text, and
 * remove the quotes at the start of a cell. A lookbehind at each space would make long white space slow.
 */
const possibleFormula = /^(?=\s*[=+\-@＝＋－＠\t\r\n])|(?=\S)(?<=;\s*)(?=["\s]*[=+\-@＝＋－＠])/g;
