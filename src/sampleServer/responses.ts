import { STATUS_CODES } from 'node:http';

/** A response whose body is sent as JSON. */
export interface JsonResponse {
  readonly status: number;
  readonly body: unknown;
}

/** Creates an error response without a summary, as Phoenix's error view renders it. */
export function errorDetail(status: 400 | 401 | 404 | 500): JsonResponse {
  return { status, body: { errors: { detail: STATUS_CODES[status] } } };
}

/** Creates the response to a request for a resource that doesn't exist. */
export function notFound(
  entity: 'consumer' | 'backfill' | 'postgres database' | 'database' | 'http endpoint',
): JsonResponse {
  return {
    status: 404,
    body: { summary: `Not found: No \`${entity}\` found matching the provided ID or name` },
  };
}

/**
 * Creates the response to a request that Sequin rejects before it validates the change, such as one with an unknown
 * field or table.
 */
export function invalidRequest(summary: string): JsonResponse {
  return { status: 422, body: { code: null, summary, validation_errors: {} } };
}

/** Creates the response to a change that fails Sequin's validation. */
export function invalidChange(field: string, error: string): JsonResponse {
  return {
    status: 422,
    body: { summary: 'Validation failed', validation_errors: { [field]: [error] } },
  };
}
