import * as l10n from '@vscode/l10n';
import type { LocatedScalar } from '../document/listNodes.ts';
import { isMasked, isSecret } from '../document/secrets.ts';
import { followPath, getString, getValue, type YamlMap } from '../document/YamlNode.ts';
import type { RuleProblem } from './Problem.ts';

/** Reports secrets in clear text, and secrets that an export has masked. */
export function checkSecrets(root: YamlMap, scalars: readonly LocatedScalar[]): RuleProblem[] {
  return scalars.flatMap((scalar): RuleProblem[] => {
    const { node, path } = scalar;
    const { value, range } = node;
    if (typeof value !== 'string' || value === '' || value.includes('$') || !isSecret(path, value)) {
      return [];
    }
    if (isMasked(value)) {
      const message = l10n.t('This value is masked. Sequin would store the mask instead of the secret.');
      return [{ severity: 'warning', range, message }];
    }
    if (isForEmulator(root, scalar)) {
      return [];
    }
    const quotedValue = quoteForEnvironment(value);
    return [
      {
        severity: 'info',
        range,
        message: l10n.t('Secret in clear text. Use an environment variable instead.'),
        ...(quotedValue !== undefined && {
          secret: { suggestedName: suggestVariableName(root, path), quotedValue },
        }),
      },
    ];
  });
}

/**
 * Whether a secret belongs to a destination with `use_emulator`. Emulators accept any credentials, so the credentials
 * need no protection.
 */
function isForEmulator(root: YamlMap, { path }: LocatedScalar): boolean {
  return followPath(root, path).some(({ node }) => {
    const value = getValue(node, 'use_emulator');
    return value?.kind === 'scalar' && ['true', '1'].includes(String(value.value));
  });
}

/** Suggests a name for the variable of a secret, such as `SHOP_PASSWORD` for the password of the database `shop`. */
function suggestVariableName(root: YamlMap, path: LocatedScalar['path']): string {
  const owner = followPath(root, path.slice(0, 2)).at(-1)?.node;
  const key = path.findLast((part) => typeof part === 'string');
  return [getString(owner, 'name'), key === 'value' ? 'header' : key]
    .filter((part) => part !== undefined)
    .join('_')
    .toUpperCase()
    .replaceAll(/\W/g, '_')
    .replace(/^(?=\d)/, '_');
}

/**
 * Quotes a value for `.env`, if necessary. Returns undefined if different programs would read the value differently: if
 * it has an apostrophe together with a double quote, a backslash or a backtick, or if it ends with a backslash, which
 * in Docker Compose escapes the closing quote.
 */
function quoteForEnvironment(value: string): string | undefined {
  if (/^[\w./:@+-]+$/.test(value)) {
    return value;
  }
  if (!value.includes("'")) {
    return value.endsWith('\\') ? undefined : `'${value}'`;
  }
  return /["\\`]/.test(value) ? undefined : `"${value}"`;
}
