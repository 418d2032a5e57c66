import * as l10n from '@vscode/l10n';
import type { Variables } from '../../shared/environment.ts';
import { type LocatedScalar, mayHaveVariables } from '../document/listScalars.ts';
import { isMasked, isSecret } from '../document/secrets.ts';
import { findVariables } from '../document/variables.ts';
import { followPath, getString, getValue, type YamlMap } from '../document/YamlNode.ts';
import type { RuleProblem } from './Problem.ts';

/** Reports secrets in clear text and those that an export has masked. */
export function checkSecrets(
  root: YamlMap,
  scalars: readonly LocatedScalar[],
  environment: Variables,
): RuleProblem[] {
  // A variable of the environment has precedence over one in `.env`.
  const usedNames = new Set([
    ...Object.keys(environment),
    ...scalars
      .filter(mayHaveVariables)
      .flatMap(({ node }) => findVariables(String(node.value)).map(({ name }) => name)),
  ]);
  const createUnusedName = createNameGenerator(usedNames);
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
    const name = createUnusedName(suggestVariableName(root, path));
    const quoted = quoteForEnvironment(value);
    return [
      {
        severity: 'info',
        range,
        message: l10n.t('Secret in clear text. Use an environment variable instead.'),
        fixes:
          quoted === undefined
            ? []
            : [
                {
                  title: l10n.t('Move to {0} as {1}', '.env', name),
                  edits: [{ range, newText: `"\${${name}}"` }],
                  environmentLine: `${name}=${quoted}`,
                },
              ],
      },
    ];
  });
}

/** An emulator has no secrets. */
function isForEmulator(root: YamlMap, { path }: LocatedScalar): boolean {
  const destination = followPath(root, path).at(-2)?.node;
  const value = getValue(destination, 'use_emulator');
  return value?.kind === 'scalar' && String(value.value) === 'true';
}

/** The name of a variable for a secret, such as `SHOP_PASSWORD` for the password of the database `shop`. */
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

/** Returns a function that makes names unique: `SHOP_PASSWORD_2` if `SHOP_PASSWORD` is in use. */
function createNameGenerator(usedNames: ReadonlySet<string>): (name: string) => string {
  /** How often each name was requested, so that thousands of equal names take no quadratic time. */
  const counts = new Map<string, number>();
  const created = new Set<string>();
  return (name) => {
    let count = counts.get(name) ?? 0;
    let unused: string;
    do {
      count += 1;
      unused = count === 1 ? name : `${name}_${count}`;
    } while (usedNames.has(unused) || created.has(unused));
    counts.set(name, count);
    created.add(unused);
    return unused;
  };
}

/** Undefined for a value that has both kinds of quotes, or escapes: programs differ in how they read it. */
function quoteForEnvironment(value: string): string | undefined {
  if (/^[\w./:@+-]+$/.test(value)) {
    return value;
  }
  if (!value.includes("'")) {
    return `'${value}'`;
  }
  return /["\\`]/.test(value) ? undefined : `"${value}"`;
}
