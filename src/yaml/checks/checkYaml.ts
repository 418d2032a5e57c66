import type { SinkRef } from '../../model/BackfillRef.ts';
import type { Variables } from '../../shared/environment.ts';
import { listScalars } from '../document/listNodes.ts';
import { listNodesWithSchemas } from '../document/schema.ts';
import { collectSymbols } from '../document/symbols.ts';
import type { ParsedYaml } from '../document/YamlNode.ts';
import { checkIgnoredKeys, checkSections } from './checkIgnoredKeys.ts';
import { checkReferences } from './checkReferences.ts';
import { checkSchema } from './checkSchema.ts';
import { checkSecrets } from './checkSecrets.ts';
import { checkExistingSinks, checkSinks } from './checkSinks.ts';
import { checkVariables } from './checkVariables.ts';
import type { Problem } from './Problem.ts';

/** What a check needs besides the file. */
export interface CheckContext {
  readonly environment: Variables;
  /** The names of the databases of the connected server. */
  readonly knownDatabases: ReadonlySet<string>;
  /** The sinks of the connected server, by name. */
  readonly existingSinks: ReadonlyMap<string, SinkRef>;
}

/**
 * Finds the problems in a `sequin.yaml` file, sorted by position. If its YAML is invalid, finds only the syntax errors,
 * because the content is uncertain.
 */
export function checkYaml(
  { root, problems }: ParsedYaml,
  text: string,
  { environment, knownDatabases, existingSinks }: CheckContext,
): Problem[] {
  if (problems.length > 0 || root === undefined) {
    return problems.map((problem) => ({ source: 'syntax', severity: 'error', ...problem }));
  }
  const nodes = listNodesWithSchemas(root);
  const scalars = listScalars(root);
  const symbols = collectSymbols(root);
  const allProblems: Problem[] = [
    ...checkSchema(nodes, text),
    ...[
      ...checkSections(root, text),
      ...checkIgnoredKeys(nodes),
      ...checkReferences(symbols, knownDatabases),
      ...checkSinks(root),
      ...checkExistingSinks(symbols, existingSinks),
      ...checkVariables(scalars, text, environment),
      ...checkSecrets(root, scalars),
    ].map((problem): Problem => ({ source: 'rule', ...problem })),
  ];
  return removeRepeated(allProblems).sort((a, b) => a.range.start - b.range.start);
}

/** Removes repeated problems: an entry that several sinks share through an alias is checked once for each sink. */
function removeRepeated(problems: readonly Problem[]): Problem[] {
  return [
    ...new Map(problems.map((problem) => [`${problem.range.start} ${problem.message}`, problem])).values(),
  ];
}
