import { parseEnv } from 'node:util';
import * as l10n from '@vscode/l10n';
import { getVariable, type Variables } from '../../shared/environment.ts';
import { formatList } from '../../text/format.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { UsedVariable } from '../../yaml/plan/resolveConfig.ts';
import type { PickItem, Ui } from '../Ui.ts';

/** Where values of variables can come from. */
export interface VariableSources {
  readonly environment: Variables;
  /** The `.env` files in the folder of the file, with their text. */
  readonly listFiles: () => Promise<readonly { readonly name: string; readonly text: string }[]>;
  /**
   * Lets the user select another file. Returns its text; undefined if the dialog is closed or the file can't be read.
   */
  readonly selectFile: () => Promise<string | undefined>;
  /** Lets the user enter the value of a variable in a masked input. Returns undefined if the input is closed. */
  readonly promptForValue: (name: string) => Promise<string | undefined>;
}

type Choice =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'select' | 'enter' | 'continue' };

/**
 * Finds the values of the variables that a file uses. Asks only if the environment lacks a variable without a default,
 * or a variable that a `.env` file sets. Returns undefined if the user cancels.
 */
export async function chooseVariables(
  ui: Pick<Ui, 'pickOne'>,
  used: readonly UsedVariable[],
  sources: VariableSources,
): Promise<Variables | undefined> {
  const { environment } = sources;
  const unset = used.filter(({ name }) => getVariable(environment, name) === undefined);
  const required = unset.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  const files = unset.length === 0 ? [] : await listUsefulFiles(unset, sources);
  if (required.length === 0 && files.length === 0) {
    return environment;
  }
  const choice = await ui.pickOne(
    l10n.t('Select a source for the values of {0}', formatList(unset.map(({ name }) => toDisplayText(name)))),
    [...files, ...createChoices(required)],
  );
  switch (choice?.kind) {
    case undefined:
      return undefined;
    case 'continue':
      return environment;
    case 'enter':
      return promptForValues(required, sources);
    case 'select': {
      const text = await sources.selectFile();
      return text === undefined ? undefined : mergeFileVariables(ui, used, sources, text);
    }
    case 'text':
      return mergeFileVariables(ui, used, sources, choice.text);
  }
}

async function listUsefulFiles(
  unset: readonly UsedVariable[],
  { listFiles }: VariableSources,
): Promise<PickItem<Choice>[]> {
  return (await listFiles()).flatMap(({ name, text }): PickItem<Choice>[] => {
    const values: Variables = parseEnv(text);
    const count = unset.filter((variable) => getVariable(values, variable.name) !== undefined).length;
    return count === 0
      ? []
      : [
          {
            label: toDisplayText(name),
            description: describeFile(count, unset.length),
            value: { kind: 'text', text },
          },
        ];
  });
}

/** Describes how many of the unset variables a file sets. */
function describeFile(count: number, total: number): string {
  return total === 1 ? l10n.t('Sets the variable') : l10n.t('Sets {0} of {1} variables', count, total);
}

function createChoices(required: readonly string[]): PickItem<Choice>[] {
  return [
    { label: l10n.t('Select a File…'), description: '', value: { kind: 'select' } },
    ...(required.length === 0
      ? []
      : [
          {
            label: required.length === 1 ? l10n.t('Enter the Value…') : l10n.t('Enter the Values…'),
            description: l10n.t('Used for this plan only'),
            value: { kind: 'enter' } as const,
          },
        ]),
    {
      label: l10n.t('Continue Without Values'),
      description: l10n.t('Uses defaults and empty strings, as the Sequin CLI does'),
      value: { kind: 'continue' },
    },
  ];
}

/**
 * Adds the values of a file to those of the environment, which has precedence. If a required variable is still unset,
 * asks again.
 */
async function mergeFileVariables(
  ui: Pick<Ui, 'pickOne'>,
  used: readonly UsedVariable[],
  sources: VariableSources,
  text: string,
): Promise<Variables | undefined> {
  const environment = { ...parseEnv(text), ...omitUndefined(sources.environment) };
  const isComplete = used.every(
    ({ name, isRequired }) => !isRequired || getVariable(environment, name) !== undefined,
  );
  return isComplete ? environment : chooseVariables(ui, used, { ...sources, environment });
}

function omitUndefined(variables: Variables): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined));
}

async function promptForValues(
  names: readonly string[],
  { environment, promptForValue }: VariableSources,
): Promise<Variables | undefined> {
  const entered: [name: string, value: string][] = [];
  for (const name of names) {
    const value = await promptForValue(name);
    if (value === undefined) {
      return undefined;
    }
    entered.push([name, value]);
  }
  // An assignment to a property named `__proto__` would be lost.
  return { ...environment, ...Object.fromEntries(entered) };
}
