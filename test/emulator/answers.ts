/** What goes back over the wire. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** How long a real server takes for it, in ms. */
  cost: number;
}

/** What a body is rendered as: Sequin's error pages come in both. */
export type Format = 'json' | 'html';

const REASONS = {
  400: 'Bad Request',
  404: 'Not Found',
  406: 'Not Acceptable',
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
};

export function json(status: number, body: unknown, cost = 1): Answer {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return { status, headers, body: JSON.stringify(body), cost };
}

export function html(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body, cost: 1 };
}

/** An error without a summary, as Phoenix's error view renders it. */
export function errorPage(status: keyof typeof REASONS, format: Format): Answer {
  const detail = REASONS[status];
  return format === 'json' ? json(status, { errors: { detail } }) : html(status, detail);
}

export function notFound(entity: 'consumer' | 'backfill'): Answer {
  return json(404, { summary: `Not found: No \`${entity}\` found matching the provided ID or name` });
}

/** A request that Sequin does not understand. */
export function invalidRequest(summary: string): Answer {
  return json(422, { code: null, summary, validation_errors: {} });
}

/** A change that Sequin's rules do not allow. */
export function invalidChange(field: string, error: string): Answer {
  return json(422, { summary: 'Validation failed', validation_errors: { [field]: [error] } });
}

/** Sequin's own words, from its `VerifyContentType`. */
export const contentTypeRequired = json(400, { summary: 'Content-Type: application/json is required' });

const TOKEN_HELP = `
API tokens are generated in the Sequin console (console.sequin.io) and should be included in the Authorization header of your request. For example:

Authorization: Bearer <your-api-token>

`;

/** Sequin's own words, from its `VerifyApiToken`. */
export const unauthorized = {
  missing: refusal(`Please provide a valid API token in the Authorization header.\n${TOKEN_HELP}`),
  malformed: refusal(
    `Please provide a valid API token in the Authorization header. Ensure your Authorization value is prefixed with "Bearer".\n${TOKEN_HELP}`,
  ),
  repeated: refusal(`Please provide exactly one Authorization header in your request.\n${TOKEN_HELP}`),
  wrong: refusal(
    'The API token you provided is invalid or has expired. Your token may have been revoked or deleted in the Sequin console.\n',
  ),
};

function refusal(summary: string): Answer {
  return json(401, { summary });
}
