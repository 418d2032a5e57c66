import * as l10n from '@vscode/l10n';
import { getVariable, type Variables } from '../../shared/environment.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import { type LocatedScalar, mayHaveVariables } from '../document/listNodes.ts';
import { findVariables } from '../document/variables.ts';
import type { RuleProblem } from './Problem.ts';

/** Reports variables without a closing brace, and required variables that the environment doesn't set. */
export function checkVariables(
  scalars: readonly LocatedScalar[],
  text: string,
  environment: Variables,
): RuleProblem[] {
  return scalars.filter(mayHaveVariables).flatMap(({ node }) =>
    findVariables(text, node.range).flatMap(({ name, operator, range, isOpen }): RuleProblem[] => {
      if (isOpen) {
        return [{ severity: 'error', range, message: l10n.t('The variable has no closing brace.') }];
      }
      const message = l10n.t(
        'VS Code’s environment doesn’t set {0}. An unset variable is replaced with an empty string.',
        toDisplayText(name),
      );
      const isOptional = /[-=+]/.test(operator);
      return isOptional || getVariable(environment, name) !== undefined
        ? []
        : [{ severity: 'hint', range, message }];
    }),
  );
}
