import * as l10n from '@vscode/l10n';
import schema from '../../../schemas/sequin.schema.json' with { type: 'json' };
import { lazy } from '../../shared/lazy.ts';
import type { VisitedScalar } from '../document/visitScalars.ts';
import { followPath, getString, getValue, type YamlMap } from '../document/YamlNode.ts';
import type { RuleProblem } from './Problem.ts';

/** The keys that the schema marks as `secret`. */
const getSecretKeys = lazy(() => {
  const keys = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) {
        if (typeof child === 'object' && child !== null && 'secret' in child) {
          keys.add(key);
        }
        visit(child);
      }
    }
  };
  visit(schema);
  // A header is secret because of the list that it is in.
  keys.delete('value');
  return keys;
});

/** Whether a value is a secret, such as a password or the value of an encrypted header. */
function isSecret({ path, node }: Pick<VisitedScalar, 'path' | 'node'>): boolean {
  const key = String(path.findLast((part) => typeof part === 'string'));
  const text = typeof node.value === 'string' ? node.value : '';
  if (key === 'url') {
    return path[0] === 'databases' && /:\/\/[^:@/]*:[^@]+@/.test(text);
  }
  const inHeaders = path.lastIndexOf('encrypted_headers');
  return inHeaders >= 0 ? path.length > inHeaders + 1 && key !== 'key' : getSecretKeys().has(key);
}

/** Whether a value was masked by Sequin's export: the first and last characters with asterisks between. */
function isMasked(text: string): boolean {
  return /^(?:\*{1,5}|\S{1,3}\*{2,20}\S)$/.test(text);
}

/** Reports secrets in clear text and those that an export has masked. */
export function checkSecrets(root: YamlMap, scalars: readonly VisitedScalar[]): RuleProblem[] {
  return scalars.flatMap((scalar): RuleProblem[] => {
    const { node, path } = scalar;
    const { value, range } = node;
    if (typeof value !== 'string' || value === '' || value.includes('$') || !isSecret(scalar)) {
      return [];
    }
    if (isMasked(value)) {
      const message = l10n.t('This value is masked. Sequin would store the mask instead of the secret.');
      return [{ severity: 'warning', range, message }];
    }
    if (isForEmulator(root, scalar)) {
      return [];
    }
    const name = createVariableName(root, path);
    return [
      {
        severity: 'info',
        range,
        message: l10n.t('Secret in clear text. Use an environment variable instead.'),
        fixes: [
          {
            title: l10n.t('Move to {0} as {1}', '.env', name),
            edits: [{ range, newText: `"\${${name}}"` }],
            environmentLine: `${name}=${quoteForEnvironment(value)}`,
          },
        ],
      },
    ];
  });
}

/** An emulator has no secrets. */
function isForEmulator(root: YamlMap, { path }: VisitedScalar): boolean {
  const destination = followPath(root, path).at(-2)?.node;
  const value = getValue(destination, 'use_emulator');
  return value?.kind === 'scalar' && String(value.value) === 'true';
}

/** `SHOP_PASSWORD` for the password of the database `shop`. */
function createVariableName(root: YamlMap, path: VisitedScalar['path']): string {
  const owner = followPath(root, path.slice(0, 2)).at(-1)?.node;
  const key = path.findLast((part) => typeof part === 'string');
  return [getString(owner, 'name'), key === 'value' ? 'header' : key]
    .filter((part) => part !== undefined)
    .join('_')
    .toUpperCase()
    .replaceAll(/\W/g, '_')
    .replace(/^(?=\d)/, '_');
}

function quoteForEnvironment(value: string): string {
  return /^[\w./:@+-]+$/.test(value) ? value : `'${value}'`;
}
