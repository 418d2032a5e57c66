import { stringify } from 'csv-stringify/sync';
import type { Backfill } from '../model/Backfill.ts';
import { apiFields, toApiJson } from '../model/apiJson.ts';

/**
 * Formats a sink's backfills as CSV (RFC 4180) with a column for each API field. Prefixes a text that a spreadsheet
 * would evaluate as a formula with an apostrophe, since names are untrusted text from a server.
 */
export function formatHistoryCsv(backfills: readonly Backfill[], sinkName: string): string {
  return stringify(
    backfills.map((backfill) => toApiJson(backfill, sinkName)),
    {
      header: true,
      columns: apiFields,
      record_delimiter: 'windows',
      // Many parsers end a line at a lone CR or LF, and csv-stringify quotes those only with this option.
      quote_record_delimiter: true,
      escape_formulas: true,
    },
  );
}
