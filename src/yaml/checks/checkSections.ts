import * as l10n from '@vscode/l10n';
import schema from '../../../schemas/sequin.schema.json' with { type: 'json' };
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { YamlMap } from '../document/YamlNode.ts';
import { suggestSimilar } from './findSimilar.ts';
import type { RuleProblem } from './Problem.ts';

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
