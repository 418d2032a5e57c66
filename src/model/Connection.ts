/** A Sequin server that the user named. */
export interface Connection {
  /** Scheme, host and port: what a token is kept for, and the first part of every tree item's id. */
  readonly origin: string;
  /** The origin and, behind a reverse proxy, a path; no slash at its end. `/api` follows it. */
  readonly address: string;
}

export type AddressProblem = 'empty' | 'notAnAddress' | 'scheme' | 'credentials';

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Reads an address as people type or paste it: with or without scheme, `/api`, a slash at the end, or a
 * path in front of it. Without a scheme, a loopback host means http and every other https.
 */
export function parseAddress(input: string): Connection | AddressProblem {
  const text = input.trim();
  if (text === '') {
    return 'empty';
  }
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  let url: URL;
  try {
    url = new URL(hasScheme ? text : `https://${text}`);
  } catch {
    return 'notAnAddress';
  }
  if (!hasScheme && loopback.test(url.hostname)) {
    url = new URL(`http://${text}`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return 'scheme';
  }
  if (url.username !== '' || url.password !== '') {
    return 'credentials';
  }
  const path = url.pathname.replace(/\/api(\/.*)?$/, '').replace(/\/+$/, '');
  return { origin: url.origin, address: url.origin + path };
}

/** What to call a connection: its address without the scheme. */
export function connectionName(connection: Connection): string {
  return connection.address.replace(/^https?:\/\//, '');
}
