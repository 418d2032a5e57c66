import * as l10n from '@vscode/l10n';
import { parse } from 'yaml';
import { isRecord } from '../../shared/guards.ts';
import { toDisplayJson, toDisplayText } from '../../text/toDisplayText.ts';
import { mapsWithUserKeys } from './comparePlan.ts';
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

/** Removes keys without a value, and the unfinished backfills of sinks. `key` is the key of the value in its map. */
function omitState(value: unknown, key = ''): unknown {
  if (mapsWithUserKeys.has(key)) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((item) => omitState(item));
  }
  if (key === 'local' && value === true) {
    // Sequin exports a boolean, but reads only this text.
    return 'true';
  }
  return isRecord(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([childKey, child]) => child !== null && childKey !== 'active_backfills')
          .map(([childKey, child]) => [childKey, omitState(child, childKey)]),
      )
    : value;
}
