import * as l10n from '@vscode/l10n';
import { toDisplayText } from '../../text/toDisplayText.ts';
import {
  getFunctionType,
  type SymbolDefinition,
  type SymbolReference,
  type YamlSymbols,
} from '../document/symbols.ts';
import { suggestSimilar } from './findSimilar.ts';
import type { RuleProblem } from './Problem.ts';

/**
 * The maximum number of undefined names that get a suggestion. Each suggestion takes time in proportion to the number
 * of definitions.
 */
const maxSuggestions = 100;

/**
 * Reports names that are defined twice, names without a definition, and functions of the wrong type. Reports a name
 * without a definition only as a warning, because the resource may exist on the server. `knownDatabases` has the names
 * of the databases of the connected server.
 */
export function checkReferences(
  { definitions, references }: YamlSymbols,
  knownDatabases: ReadonlySet<string>,
): RuleProblem[] {
  const definitionsByKey = new Map(definitions.map((definition) => [toKey(definition), definition]));
  let undefinedCount = 0;
  return [
    ...checkDuplicates(definitions),
    ...references.flatMap((reference) => {
      const definition = definitionsByKey.get(toKey(reference));
      if (definition !== undefined) {
        return checkFunctionType(reference, definition);
      }
      const isKnown = reference.kind === 'database' && knownDatabases.has(reference.name);
      if (isKnown) {
        return [];
      }
      undefinedCount += 1;
      return [describeUndefined(reference, undefinedCount <= maxSuggestions ? definitions : [])];
    }),
  ];
}

function toKey({ kind, name }: Pick<SymbolDefinition, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

function checkDuplicates(definitions: readonly SymbolDefinition[]): RuleProblem[] {
  const seenKeys = new Set<string>();
  return definitions.flatMap((definition): RuleProblem[] => {
    const key = toKey(definition);
    if (!seenKeys.has(key)) {
      seenKeys.add(key);
      return [];
    }
    const name = toDisplayText(definition.name);
    const message = l10n.t('The name "{0}" occurs twice. Sequin uses the last entry.', name);
    return [{ severity: 'warning', range: definition.range, message }];
  });
}

function describeUndefined(
  { kind, name, range }: SymbolReference,
  definitions: readonly SymbolDefinition[],
): RuleProblem {
  const names = definitions.filter((definition) => definition.kind === kind).map((each) => each.name);
  return {
    severity: 'warning',
    range,
    message: formatUndefined(kind, toDisplayText(name)),
    fixes: suggestSimilar(name, names, range),
  };
}

function formatUndefined(kind: SymbolReference['kind'], name: string): string {
  switch (kind) {
    case 'database':
      return l10n.t('This file doesn’t define the database "{0}". It must exist on the server.', name);
    case 'httpEndpoint':
      return l10n.t('This file doesn’t define the HTTP endpoint "{0}". It must exist on the server.', name);
    case 'function':
      return l10n.t('This file doesn’t define the function "{0}". It must exist on the server.', name);
  }
}

/** The type that a function must have, by the key that refers to the function. A transform can have any type. */
const requiredTypesByKey: Readonly<Record<string, string>> = {
  filter: 'filter',
  enrichment: 'enrichment',
  routing: 'routing',
};

function checkFunctionType({ key, range, name }: SymbolReference, { node }: SymbolDefinition): RuleProblem[] {
  const type = getFunctionType(node);
  const required = requiredTypesByKey[key];
  if (required === undefined || type === undefined || type === required) {
    return [];
  }
  const message = l10n.t(
    'The function "{0}" has the type {1}. "{2}" requires the type {3}.',
    toDisplayText(name),
    toDisplayText(type),
    key,
    required,
  );
  return [{ severity: 'error', range, message }];
}
