import type { Failure } from './failure.ts';

/** A Sequin server that the user added. */
export interface Connection {
  /** Part of the key of everything stored for the connection. Stays the same if the name or the address changes. */
  readonly id: string;
  /** The display name that the user chose. */
  readonly name: string;
  /**
   * The origin and, if a reverse proxy requires one, a path. Has no trailing slash and no `/api`. Several connections
   * can have the same address if each has the token of a different account.
   */
  readonly address: string;
  /** Whether each change on this server requires confirmation. */
  readonly production: boolean;
  /** Set for the connection to the bundled sample server. This connection isn't in the settings. */
  readonly isSample?: true;
}

export type AddressProblem = 'empty' | 'notAnAddress' | 'scheme' | 'credentials';

/** The sign-in state of a connection. It is known before the first request to the server. */
export type SignInState =
  /** The address in the settings is invalid. `connection` contains it unchanged. */
  | { readonly kind: 'invalidAddress'; readonly connection: Connection; readonly problem: AddressProblem }
  /** No token is stored for the connection and its address. */
  | { readonly kind: 'signedOut'; readonly connection: Connection }
  /** A token is stored. `tokenVersion` changes when the token or the address changes. */
  | { readonly kind: 'signedIn'; readonly connection: Connection; readonly tokenVersion: number };

/** The status of a connection in views: its sign-in state or, if it is signed in, the result of the latest request. */
export type ConnectionStatus =
  | { readonly kind: 'connecting' | 'connected' | 'signedOut' }
  | { readonly kind: 'invalidAddress'; readonly problem: AddressProblem }
  | {
      /** `failing`: the server responds, but with an error. */
      readonly kind: 'tokenRejected' | 'unreachable' | 'notSequin' | 'failing';
      readonly failure: Failure;
    };

/**
 * The maximum length of an address, in UTF-16 code units: longer than any real address. An address from a link can be
 * of any length, and the time that the patterns below take grows with the square of the length.
 */
const maxAddressLength = 2_000;

const loopbackHostPattern = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Matches a route of the Management API, or only `/api`, at the end of a pasted path. Any other path with `/api`, such
 * as `/api/sequin`, is a part of the address.
 */
const apiRoutePattern =
  /(?:\/+api(?:\/+(?:config|http_endpoints|http_pull_consumers|postgres_databases|sequin_streams|sinks)(?:\/.*)?)?)+\/*$/;

/**
 * Parses an address that a user typed or pasted. A scheme, a path, `/api` and a trailing slash are optional. Without a
 * scheme, a loopback host gets `http`, and any other host `https`. An address that stands for all network interfaces of
 * a server, such as `0.0.0.0` or `[::]`, becomes `localhost`.
 */
export function parseAddress(input: string): { readonly address: string } | AddressProblem {
  if (input.length > maxAddressLength) {
    return 'notAnAddress';
  }
  // Removes invisible characters. `URL` and the address bars of browsers remove most of them, too.
  const text = expandHost(input.replace(/[\t\r\n\u200b-\u200d\u2060\ufeff]/g, '').trim());
  if (text === '') {
    return 'empty';
  }
  // `https:user:password@host` has a scheme, even without slashes.
  const hasScheme = /^(https?:|[a-z][a-z0-9+.-]*:\/\/)/i.test(text);
  let url = parseUrl(hasScheme ? text : `https://${text}`);
  if (!hasScheme && url !== null && loopbackHostPattern.test(url.hostname)) {
    url = parseUrl(`http://${text}`);
  }
  // The host is `http` or `https` if the scheme was typed twice or without its colon. Dots alone aren't a host.
  if (url === null || /^(https?|\.+)$/.test(url.hostname)) {
    return 'notAnAddress';
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return 'scheme';
  }
  if (url.username !== '' || url.password !== '') {
    return 'credentials';
  }
  const path = url.pathname.replace(apiRoutePattern, '').replace(/\/+$/, '');
  return { address: url.origin + path };
}

/**
 * Converts notations that `URL` rejects: `:7376`, `*:7376` and `:::7376`, which programs print for the port that they
 * listen on; an IPv6 address without brackets; and a port with the period that ends a sentence.
 */
function expandHost(text: string): string {
  return text
    .replace(/^((?:https?:\/\/)?(?:\*|::)|)(?=:\d)/i, (prefix) => prefix.replace(/\*|::|^$/, 'localhost'))
    .replace(/^::1(?=:\d+$)/, '[::1]')
    .replace(/^[\da-f]*(?::[\da-f]*){2,7}$/i, '[$&]')
    .replace(/(:\d+)\.+(?=$|\/)/, '$1');
}

/** Parses a URL and normalizes its host; null if the URL is invalid. */
function parseUrl(text: string): URL | null {
  const url = URL.parse(text);
  if (url !== null) {
    url.hostname = /^(0\.0\.0\.0|\[::\])$/.test(url.hostname)
      ? 'localhost'
      : url.hostname.replace(/\.+$/, '');
  }
  return url;
}

/** The default name of a connection: its address without the scheme. */
export function getDefaultConnectionName(address: string): string {
  return address.replace(/^https?:\/\//, '');
}

/** Whether a valid address points to the local machine, and therefore to a different server on each machine. */
export function isLoopback(address: string): boolean {
  return loopbackHostPattern.test(new URL(address).hostname);
}

/** Whether requests to a valid address, and their tokens, can be read on the network. */
export function isUnencrypted(address: string): boolean {
  return new URL(address).protocol === 'http:' && !isLoopback(address);
}
