import schema from '../../../schemas/sequin.schema.json' with { type: 'json' };
import { isRecord } from '../../shared/guards.ts';
import { lazy } from '../../shared/lazy.ts';
import type { YamlPath } from './YamlNode.ts';

/**
 * The keys that the schema marks with `secret`. The mark must be in the schema of the key itself: in a definition that
 * several keys share, this function would find only the name of the definition.
 */
const getSecretKeys = lazy(() => {
  const keys = new Set<string>();
  JSON.stringify(schema, (key, value: unknown) => {
    if (isRecord(value) && 'secret' in value) {
      keys.add(key);
    }
    return value;
  });
  // The value of a header is secret only in `encrypted_headers`, which `isSecret` checks.
  keys.delete('value');
  return keys;
});

/** Captures the password in a URL such as `postgresql://user:password@host`. */
const passwordInUrl = /^[^:]*:\/\/[^:@/]*:([^@]+)@/;

/** Whether the value at a path from the root is a secret, such as a password or the value of an encrypted header. */
export function isSecret(path: YamlPath, value: string): boolean {
  const key = String(path.findLast((part) => typeof part === 'string'));
  if (key === 'url') {
    return path[0] === 'databases' && passwordInUrl.test(value);
  }
  const headersIndex = path.indexOf('encrypted_headers');
  if (headersIndex < 0) {
    return getSecretKeys().has(key);
  }
  // In a list, each header is a map with `key` and `value`. In a map, the keys are the names of the headers.
  const isNameInList = typeof path[headersIndex + 1] === 'number' && key === 'key';
  return path.length > headersIndex + 1 && !isNameInList;
}

/**
 * Whether Sequin's export has masked a secret. The export replaces all characters of a secret that has up to five. In a
 * longer secret, up to three characters at the start and one at the end remain.
 */
export function isMasked(secret: string): boolean {
  const [, password = secret] = passwordInUrl.exec(secret) ?? [];
  // Matches the last character with `[^]`, because that of a private key is a line feed.
  return /^(?:\*{1,5}|[^]{1,3}\*{2,20}[^])$/.test(password);
}
