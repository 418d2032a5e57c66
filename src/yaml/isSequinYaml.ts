import type { TextDocument } from 'vscode';
import { comparisonScheme, planScheme } from '../contributions/viewIds.ts';

const excludedSchemes = ['git', 'vscode-notebook-cell', planScheme, comparisonScheme];

/**
 * Whether a document is a `sequin.yaml` file, by its name or by its sections, and not a version in source control, a
 * cell of a notebook or a plan.
 */
export function isSequinYaml(document: TextDocument): boolean {
  const { languageId, uri } = document;
  return (
    languageId === 'yaml' &&
    !excludedSchemes.includes(uri.scheme) &&
    (hasSequinFileName(uri.path) || hasSequinSections(document.getText()))
  );
}

/** Whether a file has the name of a `sequin.yaml` file, such as `sequin.yml`, `sequin.prod.yaml`, `shop.sequin.yml`. */
export function hasSequinFileName(path: string): boolean {
  return /(?:^|[/\\])(?:sequin(?:\.[^/\\]+)?|[^/\\]+\.sequin)\.ya?ml$/i.test(path);
}

function hasSequinSections(text: string): boolean {
  const hasSinks = /^sinks\s*:/m.test(text) && /^[ -]+destination\s*:/m.test(text);
  const hasDatabases =
    /^databases\s*:/m.test(text) &&
    /^[ -]+slot(?:_name)?\s*:/m.test(text) &&
    /^[ -]+publication(?:_name)?\s*:/m.test(text);
  return hasSinks || hasDatabases || /^change_retentions\s*:/m.test(text);
}
