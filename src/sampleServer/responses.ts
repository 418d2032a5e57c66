/** An HTTP response. */
export interface ApiResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** How long a real server takes to respond, in ms. */
  baselineMs: number;
}

/** The format of a body. Sequin has each error page in both formats. */
export type Format = 'json' | 'html';

const reasonPhrases = {
  400: 'Bad Request',
  404: 'Not Found',
  406: 'Not Acceptable',
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
};

/** Creates a JSON response. `baselineMs` is how long a real server takes to respond, 1 ms by default. */
export function json(status: number, body: unknown, baselineMs = 1): ApiResponse {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return { status, headers, body: JSON.stringify(body), baselineMs };
}

/** Creates an HTML response. */
export function html(status: number, body: string): ApiResponse {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body, baselineMs: 1 };
}

/** Creates an error response without a summary, as Phoenix's error view renders it. */
export function errorPage(status: keyof typeof reasonPhrases, format: Format): ApiResponse {
  const detail = reasonPhrases[status];
  return format === 'json' ? json(status, { errors: { detail } }) : html(status, detail);
}

/** Creates the response to a request for a resource that doesn't exist. */
export function notFound(
  entity: 'consumer' | 'backfill' | 'postgres database' | 'database' | 'http endpoint',
): ApiResponse {
  return json(404, { summary: `Not found: No \`${entity}\` found matching the provided ID or name` });
}

/**
 * Creates the response to a request with a field or a reference that Sequin doesn't accept, before it validates the
 * change.
 */
export function invalidRequest(summary: string): ApiResponse {
  return json(422, { code: null, summary, validation_errors: {} });
}

/** Creates the response to a change that fails Sequin's validation. */
export function invalidChange(field: string, error: string): ApiResponse {
  return json(422, { summary: 'Validation failed', validation_errors: { [field]: [error] } });
}

/** The response of Sequin's `VerifyContentType`. */
export const contentTypeRequired = json(400, { summary: 'Content-Type: application/json is required' });

const tokenHelp = `
API tokens are generated in the Sequin console (console.sequin.io) and should be included in the Authorization header of your request. For example:

Authorization: Bearer <your-api-token>

`;

/** The responses of Sequin's `VerifyApiToken`. */
export const unauthorized = {
  missing: rejection(`Please provide a valid API token in the Authorization header.\n${tokenHelp}`),
  malformed: rejection(
    `Please provide a valid API token in the Authorization header. Ensure your Authorization value is prefixed with "Bearer".\n${tokenHelp}`,
  ),
  repeated: rejection(`Please provide exactly one Authorization header in your request.\n${tokenHelp}`),
  wrong: rejection(
    'The API token you provided is invalid or has expired. Your token may have been revoked or deleted in the Sequin console.\n',
  ),
};

function rejection(summary: string): ApiResponse {
  return json(401, { summary });
}
