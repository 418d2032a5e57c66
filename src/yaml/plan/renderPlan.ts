import * as l10n from '@vscode/l10n';
import {
  type ConfigResource,
  isEmptyPlan,
  type PlanDifference,
  type ResourceChange,
} from '../../model/ConfigPlan.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { ResolvedConfig } from './resolveConfig.ts';
import { toYaml } from './toYaml.ts';

/** The two sides of a diff editor. */
export interface PlanTexts {
  readonly current: string;
  readonly planned: string;
}

/** Renders the changed resources as YAML, with the notes above them as comments. */
export function renderPlan(difference: PlanDifference, notes: readonly string[]): PlanTexts {
  const { created, changed, deleted, actions } = difference;
  const changes = [...changed, ...deleted, ...created];
  const header = formatComment(isEmptyPlan(difference) ? [l10n.t('No changes.'), ...notes] : notes);
  const footer =
    actions.length === 0
      ? ''
      : `\n${formatComment([l10n.t('Sequin also does this:'), ...actions.map((action) => `- ${action}`)])}`;
  return {
    current: header + renderSections(changes, 'old'),
    planned: header + renderSections(changes, 'new') + footer,
  };
}

/** Renders the resources that differ between a file and the server, and the resources that only the server has. */
export function renderComparison(
  { created, changed, deleted, unchanged }: PlanDifference,
  file: ResolvedConfig['value'],
): { readonly file: string; readonly server: string } {
  const isInFile = ({ section, name }: ResourceChange): boolean => {
    const items = file[section];
    return (
      Array.isArray(items) && items.some((item: { readonly name?: unknown } | null) => item?.name === name)
    );
  };
  const onlyOnServer = unchanged.filter((resource) => !isInFile(resource));
  return {
    file: renderSections([...changed, ...created], 'new'),
    server: renderSections([...changed, ...deleted, ...onlyOnServer], 'old'),
  };
}

function renderSections(changes: readonly ResourceChange[], side: 'old' | 'new'): string {
  const sections = new Map<string, ConfigResource[]>();
  for (const change of changes) {
    const resource = change[side];
    if (resource !== undefined) {
      sections.set(change.section, [...(sections.get(change.section) ?? []), moveNameFirst(resource)]);
    }
  }
  return sections.size === 0 ? '' : toYaml(Object.fromEntries(sections));
}

/** Moves the name of a resource to its first line. */
function moveNameFirst({ name, ...fields }: ConfigResource): ConfigResource {
  return name === undefined ? fields : { name, ...fields };
}

function formatComment(lines: readonly string[]): string {
  return lines.map((line) => `# ${toDisplayText(line)}\n`).join('');
}
