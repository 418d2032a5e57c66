import type { TextDocument } from 'vscode';
import { comparisonScheme, planScheme } from '../contributions/viewIds.ts';
import { isSequinYaml } from './isSequinYaml.ts';

const excludedSchemes = ['git', 'vscode-notebook-cell', planScheme, comparisonScheme];

/** Whether a document is a `sequin.yaml` file, and not a version in source control, a cell of a notebook or a plan. */
export function isSequinYamlDocument(document: TextDocument): boolean {
  const { languageId, uri } = document;
  return (
    languageId === 'yaml' &&
    !excludedSchemes.includes(uri.scheme) &&
    isSequinYaml(uri.path, document.getText())
  );
}
