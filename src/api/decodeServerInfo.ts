import * as v from 'valibot';
import { optional, parseOrThrow, textSchema, timestampSchema } from './schema.ts';

/**
 * Decodes the response of `/info/version`.
 * @throws ShapeError if it has no version
 */
export function decodeVersion(json: unknown): string {
  return parseOrThrow(v.object({ version: textSchema }), json).version;
}

/** Decodes the Date header, in whole seconds, to milliseconds since the epoch; undefined if it is missing or invalid. */
export function decodeServerTime(header: unknown): number | undefined {
  return v.parse(optional(timestampSchema), header) ?? undefined;
}
