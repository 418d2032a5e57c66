import * as l10n from '@vscode/l10n';
import { parse } from 'yaml';
import { toDisplayJson, toDisplayText } from '../../text/toDisplayText.ts';
import { toYaml } from './toYaml.ts';

/**
 * Formats an export of a server as a file, with a comment about its masked secrets. Leaves out keys without a value and
 * the unfinished backfills, which aren't configuration.
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
    return toYaml(omitState(parse(exported)));
  } catch {
    // Not YAML, or nested too deeply.
    return toDisplayJson(exported);
  }
}

/** Removes keys without a value, and the unfinished backfills of sinks. */
function omitState(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(omitState);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([key, child]) => child !== null && key !== 'active_backfills')
          // Sequin exports a boolean, but reads only this text.
          .map(([key, child]) => [key, key === 'local' && child === true ? 'true' : omitState(child)]),
      )
    : value;
}
