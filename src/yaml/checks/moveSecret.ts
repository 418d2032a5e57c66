import { parseEnv } from 'node:util';
import * as l10n from '@vscode/l10n';
import type { Variables } from '../../shared/environment.ts';
import { findVariables } from '../document/variables.ts';
import type { TextRange } from '../document/YamlNode.ts';
import type { Fix, MovableSecret } from './Problem.ts';

/** Returns an unused name: the suggested name, with a suffix if necessary. */
export type NameGenerator = (suggestedName: string) => string;

/**
 * Creates a generator of names for variables in `.env`. A name gets a suffix, such as `SHOP_PASSWORD_2`, if the YAML
 * file, `.env` or the environment already has it, or if the generator has already returned it.
 */
export function createNameGenerator(
  yamlText: string,
  environmentText: string,
  environment: Variables,
): NameGenerator {
  const usedNames = new Set([
    ...findVariables(yamlText).map(({ name }) => name),
    ...Object.keys(parseEnv(environmentText)),
    // A new variable in `.env` would have no effect if the environment already had its name.
    ...Object.keys(environment),
  ]);
  // The last suffix of each name. Starting at 1 each time would take quadratic time for thousands of equal names.
  const lastSuffixes = new Map<string, number>();
  return (suggestedName) => {
    let suffix = lastSuffixes.get(suggestedName) ?? 0;
    let name: string;
    do {
      suffix += 1;
      name = suffix === 1 ? suggestedName : `${suggestedName}_${suffix}`;
    } while (usedNames.has(name));
    lastSuffixes.set(suggestedName, suffix);
    usedNames.add(name);
    return name;
  };
}

/** Creates a fix that moves the secret at `range` to a new variable in `.env`. */
export function moveSecret(
  range: TextRange,
  { suggestedName, quotedValue }: MovableSecret,
  createName: NameGenerator,
): Fix {
  const name = createName(suggestedName);
  return {
    title: l10n.t('Move to {0} as {1}', '.env', name),
    edits: [{ range, newText: `"\${${name}}"` }],
    environmentLine: `${name}=${quotedValue}`,
  };
}
