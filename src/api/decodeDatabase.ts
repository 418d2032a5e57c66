import * as v from 'valibot';
import type { Database } from '../model/Database.ts';
import { idSchema, optional, parseOrThrow, textSchema } from './schema.ts';

const databaseSchema = v.object({
  id: idSchema,
  name: textSchema,
  hostname: optional(textSchema),
  port: optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535))),
  database: optional(textSchema),
});

/** @throws ShapeError if the database is invalid */
export function decodeDatabase(json: unknown): Database {
  return parseOrThrow(databaseSchema, json);
}

/**
 * Checks the response to a connection test or a table refresh of a database. Sequin reports a failure with status 422.
 * @throws ShapeError if the response doesn't report success
 */
export function checkActionSucceeded(json: unknown): void {
  parseOrThrow(v.object({ success: v.literal(true) }), json);
}
