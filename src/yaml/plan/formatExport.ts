import * as l10n from '@vscode/l10n';
import { parse } from 'yaml';
import { toDisplayJson, toDisplayText } from '../../text/toDisplayText.ts';
import { normalizeConfig } from './normalizeConfig.ts';
import { toYaml } from './toYaml.ts';

/**
 * Formats the export of a server as a file, with a comment about the masked secrets. Leaves out keys without a value.
 * Also leaves out unfinished backfills, because these aren't configuration.
 */
export function formatExport(exported: string, connectionName: string): string {
  const comments = [
    l10n.t('Configuration of {0}', toDisplayText(connectionName)),
    l10n.t(
      'Secrets are masked, such as p******s. Replace them before you apply this file: Sequin would store the masks.',
    ),
  ];
  const header = comments.map((comment) => `# ${comment}\n`).join('');
  return `${header}\n${formatConfiguration(exported)}`;
}

function formatConfiguration(exported: string): string {
  try {
    return toYaml(normalizeConfig(parse(exported)));
  } catch {
    // Not YAML, or nested too deeply.
    return toDisplayJson(exported);
  }
}
