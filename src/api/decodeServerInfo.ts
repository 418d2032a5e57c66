import * as v from 'valibot';
import { optional, parseOrThrow, textSchema, timestampSchema } from './schema.ts';

/**
 * Decodes the response from `/info/version`.
 * @throws ShapeError if it has no version
 */
export function decodeVersion(json: unknown): string {
  return parseOrThrow(v.object({ version: textSchema }), json).version;
}

/**
 * Converts the Date header, which is accurate to a second, to milliseconds since the epoch. Returns undefined if the
 * header is missing or invalid.
 */
export function decodeServerTime(header: unknown): number | undefined {
  return v.parse(optional(timestampSchema), header) ?? undefined;
}
