import * as v from 'valibot';

// Validates the server's responses and converts them to values of the model. Only fields that are used are validated,
// and unknown states and types are kept, so that newer servers work. Only a few fields must be valid, such as ids,
// states and processed rows. An invalid value in any other field is read as unknown, so it doesn't hide a sink or a
// backfill.

/** Reads an invalid or missing value as null. */
export const optional = <T>(schema: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, T | null> =>
  v.fallback(v.nullable(schema), null);

/** Reads a list, and drops its invalid items. */
export const listOf = <T>(schema: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, T[]> =>
  v.pipe(
    v.array(optional(schema)),
    v.transform((items) => items.filter((item) => item !== null)),
  );

/** Reads text, and replaces lone surrogates, which can be neither encoded in a URL nor saved as UTF-8. */
export const textSchema = v.pipe(
  v.string(),
  v.transform((text) => text.toWellFormed()),
);

/**
 * Sequin's ids are UUIDs, but any id is accepted unless it is ambiguous: `.` and `..` would address another resource in
 * the path of a URL, and with a slash or a tilde, two rows could have the same key (`getRefKey`, `getRowId`).
 */
export const idSchema = v.pipe(
  v.string(),
  v.regex(/^(?!\.{0,2}$)[^/~]{0,200}$/, 'not an id'),
  v.check((id) => id.isWellFormed(), 'not well-formed'),
);

/**
 * The latest valid time, in milliseconds since the epoch: the end of the year 9999, because common date formats have
 * only four digits for the year.
 */
const maxTime = Date.UTC(10_000, 0) - 1;
export const timestampSchema = v.pipe(
  v.string(),
  v.transform((text) => Date.parse(text)),
  v.number('not a time'),
  v.minValue(0),
  v.maxValue(maxTime),
);

/** Thrown if a response doesn't match its schema. */
export class ShapeError extends Error {}

/** @throws ShapeError if the value doesn't match the schema */
export function parseOrThrow<T>(schema: v.GenericSchema<unknown, T>, json: unknown): T {
  const result = v.safeParse(schema, json);
  if (!result.success) {
    throw new ShapeError(describeIssue(result.issues));
  }
  return result.output;
}

function describeIssue([issue]: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const { received, expected, type } = issue;
  return `${v.getDotPath(issue) ?? 'root'}: ${received === 'undefined' ? 'missing' : `expected ${expected ?? type}`}`;
}
