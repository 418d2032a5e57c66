import * as l10n from '@vscode/l10n';
import { parse } from 'yaml';
import { toDisplayJson, toDisplayText } from '../../text/toDisplayText.ts';
import { toYaml } from './toYaml.ts';

/**
 * Formats an export of a server as a file, with a comment about its masked secrets. Leaves out keys without a value and
 * running backfills, which are no configuration.
 */
export function formatExport(exported: string, connectionName: string): string {
  const comments = [
    l10n.t('Configuration of {0}', toDisplayText(connectionName)),
    l10n.t(
      'Secrets are masked, such as p******s. Replace them before you apply this file: Sequin would store the masks.',
    ),
  ];
  const header = comments.map((comment) => `# ${comment}\n`).join('');
  return `${header}\n${toConfiguration(exported)}`;
}

function toConfiguration(exported: string): string {
  try {
    return toYaml(clean(parse(exported)));
  } catch {
    // Not YAML, or nested too deeply.
    return toDisplayJson(exported);
  }
}

function clean(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(clean);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([key, child]) => child !== null && key !== 'active_backfills')
          // Sequin exports a boolean, but reads only this text.
          .map(([key, child]) => [key, key === 'local' && child === true ? 'true' : clean(child)]),
      )
    : value;
}
