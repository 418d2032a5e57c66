import * as l10n from '@vscode/l10n';
import schema from '../../../schemas/sequin.schema.json' with { type: 'json' };
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { NodeWithSchemas, ValueSchema } from '../document/schema.ts';
import type { YamlMap } from '../document/YamlNode.ts';
import { suggestSimilar } from './findSimilar.ts';
import type { RuleProblem } from './Problem.ts';

/**
 * Reports unknown keys that Sequin ignores, if they look misspelled. Other unknown keys may be intended, such as those
 * in an export. Skips maps that can have any keys, such as headers. Also skips sinks and HTTP endpoints: Sequin rejects
 * their unknown keys, so the schema check reports these.
 */
export function checkIgnoredKeys(nodes: readonly NodeWithSchemas[]): RuleProblem[] {
  // Skips the root, which is the first node, because its keys are sections: see `checkSections`.
  return nodes.slice(1).flatMap(({ node, schemas }): RuleProblem[] => {
    if (node.kind !== 'map' || schemas.some(hasRuleForOtherKeys)) {
      return [];
    }
    const isKnown = (key: string): boolean =>
      schemas.some(({ properties = {} }) => Object.hasOwn(properties, key));
    const unknown = node.entries.filter(({ key }) => !isKnown(key));
    return unknown.flatMap(({ key, keyRange: range }): RuleProblem[] => {
      const knownKeys = schemas.flatMap(({ properties = {} }) => Object.keys(properties));
      const fixes = suggestSimilar(key, knownKeys, range);
      const message = l10n.t('Sequin ignores the unknown key "{0}".', toDisplayText(key));
      return fixes.length === 0 ? [] : [{ severity: 'warning', range, message, fixes }];
    });
  });
}

/** Whether a schema has a rule for the keys that it doesn't list. */
function hasRuleForOtherKeys({ additionalProperties }: ValueSchema): boolean {
  return additionalProperties !== undefined;
}

/**
 * Reports sections that Sequin ignores. Accepts sections with an anchor, because other sections can reuse them, and
 * sections with the prefix `x-`, which is a convention for custom content.
 */
export function checkSections(root: YamlMap, text: string): RuleProblem[] {
  const knownSections = Object.keys(schema.properties);
  return root.entries
    .filter(({ key }) => !knownSections.includes(key) && !key.startsWith('x-'))
    .filter(({ keyRange, value }) => !hasAnchor(text.slice(keyRange.end, value.range.end)))
    .map(({ key, keyRange }) => ({
      severity: 'warning',
      range: keyRange,
      message: l10n.t('Sequin ignores the unknown section "{0}".', toDisplayText(key)),
      fixes: suggestSimilar(key, knownSections, keyRange),
    }));
}

function hasAnchor(text: string): boolean {
  return /(?:^|[\s[{,])&[^\s[\]{},]/.test(text);
}
