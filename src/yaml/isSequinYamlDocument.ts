import type { TextDocument } from 'vscode';
import { isSequinYaml } from './isSequinYaml.ts';

/** Whether a document is a `sequin.yaml` file, and not a version in source control or a cell of a notebook. */
export function isSequinYamlDocument(document: TextDocument): boolean {
  const { languageId, uri } = document;
  return (
    languageId === 'yaml' &&
    !['git', 'vscode-notebook-cell'].includes(uri.scheme) &&
    isSequinYaml(uri.path, document.getText())
  );
}
