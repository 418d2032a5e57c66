import * as v from 'valibot';
import { optional, textSchema } from './schema.ts';

const errorBodySchema = v.object({
  summary: optional(textSchema),
  /** Why a connection test of a database failed. Its response has this field instead of a summary. */
  reason: optional(textSchema),
  validation_errors: optional(v.record(v.string(), v.unknown())),
});

/** The error in a response: Sequin's summary, and its messages by field. */
export interface ErrorBody {
  readonly summary: string | undefined;
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

/** Decodes the body of an error: `{summary, validation_errors}` or `{reason}`. */
export function decodeError(json: unknown): ErrorBody {
  const body = v.parse(optional(errorBodySchema), json);
  const summary = body?.summary ?? body?.reason ?? undefined;
  const fields = Object.entries(body?.validation_errors ?? {}).map(
    ([name, messages]) => [name, collectMessages(messages)] as const,
  );
  return { summary, fields: new Map(fields) };
}

/**
 * Collects the messages of a validation error, which may be in nested objects and lists (seen for a sink's
 * destination). Ignores messages below the tenth level: such errors aren't nested that deeply.
 */
function collectMessages(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') {
    return [value.toWellFormed()];
  }
  if (typeof value === 'object' && value !== null && depth < 10) {
    return Object.entries(value).flatMap(([name, nested]) =>
      collectMessages(nested, depth + 1).map((message) =>
        Array.isArray(value) ? message : `${name} ${message}`,
      ),
    );
  }
  return [];
}
