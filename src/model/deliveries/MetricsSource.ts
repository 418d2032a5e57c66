import { type AddressProblem, parseAddress } from '../Connection.ts';

/** Where a Sequin server exports its Prometheus metrics. */
export interface MetricsSource {
  /** The URL without credentials. */
  readonly url: string;
  /** The username for HTTP basic authentication. Empty, like the password, if the server requires no authentication. */
  readonly username: string;
  readonly password: string;
}

const defaultPort = '8376';
const defaultPath = '/metrics';

/** The URLs at which a server may export its metrics by default, the most secure one first. */
export function listDefaultMetricsUrls(address: string): readonly string[] {
  const protocols = new Set([new URL(address).protocol, 'http:']);
  return [...protocols].map((protocol) => getDefaultMetricsUrl(address, protocol));
}

/** The URL at which a server exports its metrics by default. `address` is the address of its API. */
export function getDefaultMetricsUrl(address: string, protocol = 'http:'): string {
  return `${protocol}//${new URL(address).hostname}:${defaultPort}${defaultPath}`;
}

/** Parses a URL that a user typed or pasted, like `parseAddress`. A URL without a path gets the default path. */
export function parseMetricsUrl(input: string): { readonly url: string } | AddressProblem {
  const parsed = parseAddress(input);
  if (typeof parsed === 'string') {
    return parsed;
  }
  const { address } = parsed;
  return { url: new URL(address).pathname === '/' ? address + defaultPath : address };
}
