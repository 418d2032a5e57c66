/** An HTTP response. */
export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** How long a real server takes to respond, in ms. */
  baselineMs: number;
}

/** The format of a body. Sequin can send every error page in both formats. */
export type Format = 'json' | 'html';

const reasonPhrases = {
  400: 'Bad Request',
  404: 'Not Found',
  406: 'Not Acceptable',
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
};

/** Creates a JSON response. `baselineMs` is how long a real server takes to respond, 1 ms by default. */
export function json(status: number, body: unknown, baselineMs = 1): HttpResponse {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return { status, headers, body: JSON.stringify(body), baselineMs };
}

/** Creates an HTML response. */
export function html(status: number, body: string): HttpResponse {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body, baselineMs: 1 };
}

/** Creates an error response without a summary, as Phoenix's error view renders it. */
export function errorPage(status: keyof typeof reasonPhrases, format: Format): HttpResponse {
  const detail = reasonPhrases[status];
  return format === 'json' ? json(status, { errors: { detail } }) : html(status, detail);
}
