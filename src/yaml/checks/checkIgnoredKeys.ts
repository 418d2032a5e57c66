import * as l10n from '@vscode/l10n';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { NodeWithSchemas, ValueSchema } from '../document/schema.ts';
import { suggestSimilar } from './findSimilar.ts';
import type { RuleProblem } from './Problem.ts';

/**
 * Reports misspelled keys that Sequin ignores: all but those of a sink or an HTTP endpoint, which it rejects. Other
 * unknown keys may be intended, such as those of an export.
 */
export function checkIgnoredKeys(nodes: readonly NodeWithSchemas[]): RuleProblem[] {
  // The first node is the root, whose keys are sections.
  return nodes.slice(1).flatMap(({ node, schemas }): RuleProblem[] => {
    if (node.kind !== 'map' || schemas.some(isClosed)) {
      return [];
    }
    const isKnown = (key: string): boolean =>
      schemas.some(({ properties = {} }) => Object.hasOwn(properties, key));
    const unknown = node.entries.filter(({ key }) => !isKnown(key));
    return unknown.flatMap(({ key, keyRange: range }): RuleProblem[] => {
      const known = schemas.flatMap(({ properties = {} }) => Object.keys(properties));
      const fixes = suggestSimilar(key, known, range);
      const message = l10n.t('Sequin ignores the unknown key "{0}".', toDisplayText(key));
      return fixes.length === 0 ? [] : [{ severity: 'warning', range, message, fixes }];
    });
  });
}

/** Whether a schema says which other keys a map can have. */
function isClosed({ additionalProperties }: ValueSchema): boolean {
  return additionalProperties !== undefined;
}
