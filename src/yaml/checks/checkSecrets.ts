import * as l10n from '@vscode/l10n';
import { isMasked, isSecret } from '../document/secrets.ts';
import type { VisitedScalar } from '../document/visitScalars.ts';
import { followPath, getString, getValue, type YamlMap } from '../document/YamlNode.ts';
import type { RuleProblem } from './Problem.ts';

/** Reports secrets in clear text and those that an export has masked. */
export function checkSecrets(root: YamlMap, scalars: readonly VisitedScalar[]): RuleProblem[] {
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
