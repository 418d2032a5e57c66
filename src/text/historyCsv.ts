import { stringify } from 'csv-stringify/sync';
import type { Backfill } from '../model/Backfill.ts';
import { apiFields, toApiJson } from '../model/apiJson.ts';

/**
 * A sink's backfills for a spreadsheet: a column for each field of the API, by RFC 4180. A text that a
 * spreadsheet would take for a formula gets an apostrophe in front: names come from a server.
 */
export function formatHistoryCsv(backfills: readonly Backfill[], sinkName: string): string {
  return stringify(
    backfills.map((backfill) => toApiJson(backfill, sinkName)),
    {
      header: true,
      columns: apiFields,
      record_delimiter: 'windows',
      // Half a delimiter ends a line for many readers, and is quoted only if one asks for it.
      quote_record_delimiter: true,
      escape_formulas: true,
    },
  );
}
