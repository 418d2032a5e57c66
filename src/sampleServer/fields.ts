import { invalidRequest, type JsonResponse } from './responses.ts';

/** Fields by name, such as those of a request's query and body. */
export type Fields = Readonly<Record<string, unknown>>;

/** Copies an object without some of its fields. */
export function omitFields(fields: object, ...names: string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

/** Rejects all fields except `allowedField`. */
export function rejectUnknownFields(fields: Fields, allowedField: string): JsonResponse | undefined {
  const unknown = Object.keys(fields)
    .sort()
    .find((field) => field !== allowedField);
  return unknown === undefined ? undefined : invalidRequest(`Unknown field: ${unknown}`);
}
