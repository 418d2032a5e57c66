import { stringify } from 'csv-stringify/sync';
import { apiFields, toApiJson } from '../model/apiJson.ts';
import type { Backfill } from '../model/Backfill.ts';

/**
 * Formats a sink's backfills as CSV (RFC 4180), with a column for each API field. Begins with a byte order mark,
 * because Excel doesn't recognize UTF-8 without it. Names are untrusted text from a server, so an apostrophe is
 * inserted before each part of a name that a spreadsheet could evaluate as a formula.
 */
export function formatBackfillsCsv(backfills: readonly Backfill[], sinkName: string): string {
  return stringify(
    backfills.map((backfill) => toApiJson(backfill, sinkName)),
    {
      bom: true,
      header: true,
      columns: apiFields,
      record_delimiter: 'windows',
      // Many parsers end a line at a lone CR or LF. By default, csv-stringify doesn't quote text that contains one.
      quote_record_delimiter: true,
      cast: { string: (text) => text.replace(possibleFormula, "'") },
    },
  );
}

/**
 * Matches each position at which a spreadsheet could begin to evaluate a formula:
 * https://owasp.org/www-community/attacks/CSV_Injection. Spreadsheets ignore white space before a formula. If they
 * separate cells by semicolons, as Excel does in German, they also find cells within a name, and remove the quotes at
 * the start of such a cell. `(?=\S)` limits the lookbehind to the ends of white space, because a lookbehind at every
 * space would be slow.
 */
const possibleFormula = /^(?=\s*[=+\-@＝＋－＠\t\r\n])|(?=\S)(?<=;\s*)(?=["\s]*[=+\-@＝＋－＠])/g;
