import * as l10n from '@vscode/l10n';
import { toDisplayText } from '../../text/toDisplayText.ts';
import { type LocatedScalar, mayHaveVariables } from '../document/listScalars.ts';
import { findVariables } from '../document/variables.ts';
import type { RuleProblem } from './Problem.ts';

/** Reports variables without a closing brace, and those that the environment doesn't set. */
export function checkVariables(
  scalars: readonly LocatedScalar[],
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): RuleProblem[] {
  return scalars.filter(mayHaveVariables).flatMap(({ node: { range } }) =>
    findVariables(text.slice(range.start, range.end)).flatMap((variable): RuleProblem[] => {
      const at = { start: range.start + variable.range.start, end: range.start + variable.range.end };
      if (variable.isOpen) {
        return [{ severity: 'error', range: at, message: l10n.t('The variable has no closing brace.') }];
      }
      const hasDefault = /[-=+]/.test(variable.operator);
      return hasDefault || environment[variable.name] !== undefined
        ? []
        : [
            {
              severity: 'hint',
              range: at,
              message: l10n.t(
                'VS Code’s environment doesn’t set {0}. An unset variable is replaced with an empty string.',
                toDisplayText(variable.name),
              ),
            },
          ];
    }),
  );
}
