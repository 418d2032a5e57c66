import type { TextRange } from './YamlNode.ts';

/** A variable that Sequin's CLI replaces, such as `${PORT:-5432}`. */
export interface YamlVariable {
  readonly name: string;
  /**
   * The operator after the name; '' if there is none. For example, `:-` inserts the operand if the variable is unset or
   * empty.
   */
  readonly operator: string;
  /** The text after the operator, such as a default. */
  readonly operand: string;
  /** The position in the text. */
  readonly range: TextRange;
  /** Whether the variable begins with `${` but has no closing brace. The CLI rejects such a variable. */
  readonly isOpen: boolean;
}

const variablePattern =
  /\$\$|\$\{(?<name>\w+)(?:(?<operator>:?[-=+?])(?<operand>[^}\n]*))?(?<close>\}?)|\$(?<short>[A-Za-z0-9]\w*|_\w+)/g;

/** Finds the variables in a range of the text, in the syntax of Sequin's CLI 0.14.6. `$$` stands for a dollar sign. */
export function findVariables(
  text: string,
  { start, end }: TextRange = { start: 0, end: text.length },
): YamlVariable[] {
  return [...text.slice(start, end).matchAll(variablePattern)].flatMap(({ 0: match, index, groups = {} }) => {
    const { name = groups['short'], operator = '', operand = '', close } = groups;
    return name === undefined
      ? []
      : [
          {
            name,
            operator,
            operand,
            range: { start: start + index, end: start + index + match.length },
            isOpen: close === '',
          },
        ];
  });
}

/**
 * Replaces the variables in the text as Sequin's CLI does: an unset variable without a default becomes an empty string,
 * without an error. An operand may contain variables in their short form, such as `$PORT`.
 */
export function substituteVariables(text: string, getVariable: (name: string) => string | undefined): string {
  let end = 0;
  const parts = findVariables(text).map((variable) => {
    const textBefore = text.slice(end, variable.range.start);
    end = variable.range.end;
    return unescapeDollars(textBefore) + substitute(variable, getVariable);
  });
  return parts.join('') + unescapeDollars(text.slice(end));
}

function unescapeDollars(text: string): string {
  return text.replaceAll('$$', () => '$');
}

function substitute(
  { name, operator, operand }: YamlVariable,
  getVariable: (name: string) => string | undefined,
): string {
  const value = getVariable(name);
  const isSet = value !== undefined && (value !== '' || !operator.startsWith(':'));
  const usesOperand = /[-=]$/.test(operator) ? !isSet : operator.endsWith('+') && isSet;
  if (usesOperand) {
    return substituteVariables(operand, getVariable);
  }
  return operator.endsWith('+') ? '' : (value ?? '');
}
