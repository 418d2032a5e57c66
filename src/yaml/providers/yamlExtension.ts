import { extensions, type TextDocument } from 'vscode';
import type { Problem } from '../checks/Problem.ts';
import { hasSequinFileName } from '../isSequinYaml.ts';

/** Whether Red Hat's YAML extension is enabled. That extension has its own outline and reports invalid YAML. */
export function hasYamlExtension(): boolean {
  return extensions.getExtension('redhat.vscode-yaml') !== undefined;
}

/** Whether the YAML extension uses our schema for a file, to complete, describe and check it. */
export function usesSchema({ uri }: TextDocument): boolean {
  return hasYamlExtension() && hasSequinFileName(uri.path);
}

/** Whether the YAML extension also reports the problems from a source, so they would appear twice. */
export function isReportedByYamlExtension(source: Problem['source'], document: TextDocument): boolean {
  return (source === 'syntax' && hasYamlExtension()) || (source === 'schema' && usesSchema(document));
}
