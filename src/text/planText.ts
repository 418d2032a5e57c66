import * as l10n from '@vscode/l10n';
import { formatCount } from './format.ts';

/** The resources that a plan concerns. */
export interface PlannedResources {
  readonly created: readonly unknown[];
  readonly changed: readonly unknown[];
  readonly deleted: readonly unknown[];
  readonly unchanged: readonly unknown[];
}

/** Counts the changes of a plan: `1 created, 2 changed, 14 unchanged`. */
export function summarizePlan({ created, changed, deleted, unchanged }: PlannedResources): string {
  const parts = [
    created.length > 0 ? l10n.t('{0} created', formatCount(created.length)) : '',
    changed.length > 0 ? l10n.t('{0} changed', formatCount(changed.length)) : '',
    deleted.length > 0 ? l10n.t('{0} deleted', formatCount(deleted.length)) : '',
    l10n.t('{0} unchanged', formatCount(unchanged.length)),
  ];
  return parts.filter(Boolean).join(', ');
}
