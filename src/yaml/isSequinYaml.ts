import type { TextDocument } from 'vscode';
import { comparisonScheme, planScheme } from '../contributions/viewIds.ts';

const excludedSchemes = ['git', 'vscode-notebook-cell', planScheme, comparisonScheme];

/**
 * Whether a document is a `sequin.yaml` file, judged by its name or its sections. Versions in source control, notebook
 * cells, plans and comparisons don't count.
 */
export function isSequinYaml(document: TextDocument): boolean {
  const { languageId, uri } = document;
  return (
    languageId === 'yaml' &&
    !excludedSchemes.includes(uri.scheme) &&
    (hasSequinFileName(uri.path) || hasSequinSections(document.getText()))
  );
}

/**
 * Whether a path ends with the name of a `sequin.yaml` file, such as `sequin.yml`, `sequin.prod.yaml` or
 * `shop.sequin.yml`.
 */
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
