import type { Failure } from './failure.ts';

/** A Sequin server that the user named. */
export interface Connection {
  /** What the user calls it. */
  readonly name: string;
  /**
   * The origin and, behind a reverse proxy, a path; no slash at its end. `/api` follows it. It is what a token and
   * everything else that is kept belong to, and the first part of every tree item's id.
   */
  readonly address: string;
  /** What is written there is asked twice. */
  readonly production: boolean;
}

export type AddressProblem = 'empty' | 'notAnAddress' | 'scheme' | 'credentials' | 'duplicate';

/** How a connection of the settings stands, before anything is asked of its server. */
export type SignInState =
  /** The address in the settings cannot be one, or is another connection's. */
  | {
      readonly kind: 'badAddress';
      readonly name: string;
      readonly address: string;
      readonly problem: AddressProblem;
    }
  /** There is no token for it. */
  | { readonly kind: 'signedOut'; readonly connection: Connection }
  /** There is a token; another number of the token says that it is another one. */
  | { readonly kind: 'signedIn'; readonly connection: Connection; readonly tokenVersion: number };

/** How a connection stands, after what its server last answered. */
export type ConnectionStatus =
  | { readonly kind: 'connecting' | 'connected' | 'signedOut' }
  | { readonly kind: 'badAddress'; readonly problem: AddressProblem }
  | {
      /** `failing`: it is there, and answers that it cannot. */
      readonly kind: 'tokenRefused' | 'notReachable' | 'notSequin' | 'failing';
      readonly failure: Failure;
    };

const loopbackHostPattern = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Reads an address as people type or paste it: with or without scheme, `/api`, a slash at the end, or a
 * path in front of it. Without a scheme, a loopback host means http and every other https.
 */
export function parseAddress(input: string): { readonly address: string } | AddressProblem {
  // A browser's address bar leaves these out too, and so does URL.
  const text = input.replace(/[\t\r\n]/g, '').trim();
  if (text === '') {
    return 'empty';
  }
  // `https:user:password@host` has one as well.
  const hasScheme = /^(https?:|[a-z][a-z0-9+.-]*:\/\/)/i.test(text);
  let url: URL;
  try {
    url = new URL(hasScheme ? text : `https://${text}`);
  } catch {
    return 'notAnAddress';
  }
  if (!hasScheme && loopbackHostPattern.test(url.hostname)) {
    url = new URL(`http://${text}`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return 'scheme';
  }
  if (url.username !== '' || url.password !== '') {
    return 'credentials';
  }
  const path = url.pathname.replace(/\/api(\/.*)?$/, '').replace(/\/+$/, '');
  return { address: url.origin + path };
}

/** What a connection is called before it is given a name: its address without the scheme. */
export function defaultConnectionName(address: string): string {
  return address.replace(/^https?:\/\//, '');
}

/** Whether an address is of the machine itself, and so of another server on each machine. */
export function isLoopback(address: string): boolean {
  return loopbackHostPattern.test(new URL(address).hostname);
}

/** Whether what is sent to an address, the token too, can be read by whoever is between. */
export function isUnencrypted(address: string): boolean {
  return new URL(address).protocol === 'http:' && !isLoopback(address);
}

/** The name of a connection, and for one whose address cannot be read, what the settings call it. */
export function connectionNameOf(state: SignInState): string {
  return 'connection' in state ? state.connection.name : state.name;
}

/** The address of a connection; for one whose address cannot be read, what stands in its place. */
export function connectionAddressOf(state: SignInState): string {
  return 'connection' in state ? state.connection.address : state.address;
}
