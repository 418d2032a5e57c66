import type { Failure } from './failure.ts';

/** A Sequin server that the user added. */
export interface Connection {
  /** The key of everything stored for the connection. Stays the same when its name or its address changes. */
  readonly id: string;
  /** The display name that the user chose. */
  readonly name: string;
  /**
   * The origin and, behind a reverse proxy, a path; without a trailing slash and without `/api`. Several connections
   * can have the same address, each with another account's token.
   */
  readonly address: string;
  /** Whether each change on this server requires confirmation. */
  readonly production: boolean;
  /** Set if the server is the bundled one with sample data. Such a connection isn't in the settings. */
  readonly isSample?: true;
}

export type AddressProblem = 'empty' | 'notAnAddress' | 'scheme' | 'credentials';

/** The sign-in state of a connection, known before any request to its server. */
export type SignInState =
  /** The address, which is as written in the settings, is invalid. */
  | { readonly kind: 'invalidAddress'; readonly connection: Connection; readonly problem: AddressProblem }
  /** No token is stored for the connection and its address. */
  | { readonly kind: 'signedOut'; readonly connection: Connection }
  /** A token is stored; `tokenVersion` changes when the token or the address does. */
  | { readonly kind: 'signedIn'; readonly connection: Connection; readonly tokenVersion: number };

/** The status of a connection in views: its sign-in state or, if it is signed in, what the latest response shows. */
export type ConnectionStatus =
  | { readonly kind: 'connecting' | 'connected' | 'signedOut' }
  | { readonly kind: 'invalidAddress'; readonly problem: AddressProblem }
  | {
      /** `failing`: the server responds, but with an error. */
      readonly kind: 'tokenRejected' | 'unreachable' | 'notSequin' | 'failing';
      readonly failure: Failure;
    };

/**
 * The largest length of an address, in UTF-16 code units: longer than any real one. A link can contain an address of any
 * length, and the time that the patterns below take grows with the square of the length.
 */
const maxAddressLength = 2_000;

const loopbackHostPattern = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * The routes of the Management API at the end of a pasted path, `/api` alone included. Another path that contains
 * `/api`, such as `/api/sequin`, belongs to the address.
 */
const apiRoutePattern =
  /(?:\/+api(?:\/+(?:config|http_endpoints|http_pull_consumers|postgres_databases|sequin_streams|sinks)(?:\/.*)?)?)+\/*$/;

/**
 * Parses an address as typed or pasted: with or without a scheme, `/api` or a trailing slash, optionally with
 * a path in front of `/api`. Without a scheme, a loopback host gets `http` and any other host `https`. The addresses
 * that mean all interfaces when a server listens on them, such as `0.0.0.0` and `[::]`, become `localhost`.
 */
export function parseAddress(input: string): { readonly address: string } | AddressProblem {
  if (input.length > maxAddressLength) {
    return 'notAnAddress';
  }
  // `URL` and browser address bars remove most of these characters too; the others are invisible.
  const text = expandHost(input.replace(/[\t\r\n\u200b-\u200d\u2060\ufeff]/g, '').trim());
  if (text === '') {
    return 'empty';
  }
  // `https:user:password@host` has a scheme too.
  const hasScheme = /^(https?:|[a-z][a-z0-9+.-]*:\/\/)/i.test(text);
  let url = parseUrl(hasScheme ? text : `https://${text}`);
  if (!hasScheme && url !== null && loopbackHostPattern.test(url.hostname)) {
    url = parseUrl(`http://${text}`);
  }
  // A host with this name is a scheme that was typed twice or without its colon.
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
 * Converts notations of a host that `URL` rejects: `:7376`, `*:7376` and `:::7376`, as programs print a port that they
 * listen on, an IPv6 address without brackets, and a port at the end of a sentence.
 */
function expandHost(text: string): string {
  return text
    .replace(/^((?:https?:\/\/)?(?:\*|::)|)(?=:\d)/i, (prefix) => prefix.replace(/\*|::|^$/, 'localhost'))
    .replace(/^::1(?=:\d+$)/, '[::1]')
    .replace(/^[\da-f]*(?::[\da-f]*){2,7}$/i, '[$&]')
    .replace(/(:\d+)\.+(?=$|\/)/, '$1');
}

/** Parses a URL and normalizes its host; null if it is invalid. */
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

/** Whether a valid address points to the local machine, and so to a different server on each machine. */
export function isLoopback(address: string): boolean {
  return loopbackHostPattern.test(new URL(address).hostname);
}

/** Whether traffic to a valid address, including the token, can be read on the network. */
export function isUnencrypted(address: string): boolean {
  return new URL(address).protocol === 'http:' && !isLoopback(address);
}
