import * as vscode from 'vscode';
import { registerCompletion } from './providers/registerCompletion.ts';
import { registerFileLinks } from './providers/registerFileLinks.ts';
import { registerHover } from './providers/registerHover.ts';
import { registerOutline } from './providers/registerOutline.ts';
import { registerQuickFixes } from './providers/registerQuickFixes.ts';
import { registerReferences } from './providers/registerReferences.ts';
import { YamlDiagnostics } from './providers/YamlDiagnostics.ts';
import { YamlFiles } from './providers/YamlFiles.ts';
import type { YamlSupportContext } from './YamlFileWatcher.ts';

// This module is a bundle of its own, which has the YAML parser.
export { findTablesInYaml, maxYamlLength } from './findTablesInYaml.ts';

/** Starts the features for `sequin.yaml` files. */
export function startYamlSupport({ clock }: YamlSupportContext): vscode.Disposable {
  const files = new YamlFiles();
  const diagnostics = new YamlDiagnostics(files, clock);
  return vscode.Disposable.from(
    files,
    diagnostics,
    registerQuickFixes(diagnostics),
    registerCompletion(files),
    registerFileLinks(files),
    registerHover(files),
    registerOutline(files),
    registerReferences(files),
  );
}
