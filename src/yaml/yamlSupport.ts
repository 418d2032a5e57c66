import * as vscode from 'vscode';
import type { Disposable } from '../shared/lifecycle.ts';
import type { ParsedYaml } from './document/YamlNode.ts';
import { YamlParser } from './document/YamlParser.ts';
import { comparePlan } from './plan/comparePlan.ts';
import { describePlanLimitations } from './plan/describePlanLimitations.ts';
import { formatExport } from './plan/formatExport.ts';
import { renderComparison, renderPlan } from './plan/renderPlan.ts';
import { listUsedVariables, resolveConfig } from './plan/resolveConfig.ts';
import { ConnectionItem } from './providers/ConnectionItem.ts';
import { PlanProblems } from './providers/PlanProblems.ts';
import { registerCompletion } from './providers/registerCompletion.ts';
import { registerHover } from './providers/registerHover.ts';
import { registerNavigation } from './providers/registerNavigation.ts';
import { registerOutline } from './providers/registerOutline.ts';
import { registerQuickFixes } from './providers/registerQuickFixes.ts';
import { registerSinkLenses } from './providers/registerSinkLenses.ts';
import { YamlDiagnostics } from './providers/YamlDiagnostics.ts';
import { YamlFiles } from './providers/YamlFiles.ts';
import { YamlServers } from './providers/YamlServers.ts';
import type { YamlSupportContext } from './YamlSupportContext.ts';

// These functions need the YAML parser, which loads only with this module. So callers import them from here, with
// `import()`.
export { findSinkInYaml, findTablesInYaml } from './searchYaml.ts';

/** The functions that commands need. */
const configFunctions = {
  parse: (text: string): ParsedYaml => new YamlParser().parse(text),
  listUsedVariables,
  resolveConfig,
  comparePlan,
  renderPlan,
  renderComparison,
  describePlanLimitations,
  formatExport,
};

/** The running features for `sequin.yaml` files, and the functions that commands need. */
export interface YamlSupport extends Readonly<typeof configFunctions>, Disposable {
  /** The servers that files are compared with. */
  readonly servers: Pick<YamlServers, 'getMonitor' | 'choose'>;
  readonly planProblems: Pick<PlanProblems, 'show' | 'clear'>;
}

/** Starts the features for `sequin.yaml` files. */
export function startYamlSupport(context: YamlSupportContext): YamlSupport {
  const files = new YamlFiles();
  const servers = new YamlServers(files, context);
  const diagnostics = new YamlDiagnostics(files, servers, context.clock);
  const planProblems = new PlanProblems(files);
  const features = vscode.Disposable.from(
    planProblems,
    servers,
    diagnostics,
    new ConnectionItem(files, servers),
    registerQuickFixes(diagnostics),
    registerCompletion(files, servers),
    registerHover(files, servers, context),
    registerNavigation(files),
    registerOutline(files),
    registerSinkLenses(files, servers, context),
  );
  return {
    ...configFunctions,
    servers,
    planProblems,
    dispose: () => {
      features.dispose();
    },
  };
}
