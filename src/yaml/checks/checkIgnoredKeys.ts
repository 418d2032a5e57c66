import * as l10n from '@vscode/l10n';
import { toDisplayText } from '../../text/toDisplayText.ts';
import { visitWithSchemas } from '../document/schema.ts';
import type { YamlMap } from '../document/YamlNode.ts';
import { suggestSimilar } from './findSimilar.ts';
import type { RuleProblem } from './Problem.ts';

/**
 * Reports misspelled keys that Sequin ignores: all but those of a sink or an HTTP endpoint, which it rejects. Other
 * unknown keys may be intended, such as those of an export.
 */
export function checkIgnoredKeys(root: YamlMap): RuleProblem[] {
  const problems: RuleProblem[] = [];
  visitWithSchemas(root, (node, schemas) => {
    const known = new Set(schemas.flatMap(({ properties = {} }) => Object.keys(properties)));
    const isOpen = schemas.every(({ additionalProperties }) => additionalProperties === undefined);
    if (node === root || node.kind !== 'map' || known.size === 0 || !isOpen) {
      return;
    }
    for (const { key, keyRange } of node.entries.filter((entry) => !known.has(entry.key))) {
      const fixes = suggestSimilar(key, [...known], keyRange);
      if (fixes.length > 0) {
        const message = l10n.t('Sequin ignores the unknown key "{0}".', toDisplayText(key));
        problems.push({ severity: 'warning', range: keyRange, message, fixes });
      }
    }
  });
  return problems;
}
