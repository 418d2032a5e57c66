import * as l10n from '@vscode/l10n';
import schema from '../../../schemas/sequin.schema.json' with { type: 'json' };
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { NodeWithSchemas, ValueSchema } from '../document/schema.ts';
import type { YamlMap } from '../document/YamlNode.ts';
import { suggestSimilar } from './findSimilar.ts';
import type { RuleProblem } from './Problem.ts';

/**
 * Reports unknown keys that Sequin ignores and that look misspelled. Others may be intended, such as those of an export.
 * Skips sinks and HTTP endpoints, whose unknown keys Sequin rejects.
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
      const knownKeys = schemas.flatMap(({ properties = {} }) => Object.keys(properties));
      const fixes = suggestSimilar(key, knownKeys, range);
      const message = l10n.t('Sequin ignores the unknown key "{0}".', toDisplayText(key));
      return fixes.length === 0 ? [] : [{ severity: 'warning', range, message, fixes }];
    });
  });
}

/** Whether a schema decides about keys that it doesn't list. */
function isClosed({ additionalProperties }: ValueSchema): boolean {
  return additionalProperties !== undefined;
}

/**
 * Reports sections that Sequin ignores. Accepts sections with an anchor, which other sections reuse, and names with the
 * prefix `x-`, a convention for other content.
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
