import { parseEnv } from 'node:util';
import * as l10n from '@vscode/l10n';
import { getVariable, type Variables } from '../../shared/environment.ts';
import { formatList } from '../../text/format.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { UsedVariable } from '../../yaml/plan/resolveConfig.ts';
import type { PickItem, Ui } from '../Ui.ts';

/** Where the values of variables come from. */
export interface VariableSources {
  readonly environment: Variables;
  /** Lists the `.env` files in the folder of the `sequin.yaml` file, with their text. */
  readonly listFiles: () => Promise<readonly { readonly name: string; readonly text: string }[]>;
  /**
   * Lets the user select another file. Returns its text; undefined if the dialog is closed or the file can't be read.
   */
  readonly selectFile: () => Promise<string | undefined>;
  /** Lets the user enter the value of a variable in a masked input. Returns undefined if the input is closed. */
  readonly promptForValue: (name: string) => Promise<string | undefined>;
}

/**
 * An item whose value is a function: it finds the values of the variables, and returns undefined if the user cancels.
 */
type SourceItem = PickItem<() => Promise<Variables | undefined>>;

/**
 * Creates a function that finds the values of the variables that a file uses, as {@link chooseVariables} does. The
 * function remembers the values, so that a later plan of the file, such as the one before an apply, uses the same
 * values as the first plan.
 */
export function createVariableChooser(
  ui: Pick<Ui, 'pickOne'>,
  sources: VariableSources,
): (used: readonly UsedVariable[]) => Promise<Variables | undefined> {
  let variables: Variables = {};
  const rememberedNames = new Set<string>();
  return async (used) => {
    const newlyUsed = used.filter(({ name }) => !rememberedNames.has(name));
    // Looked up by name: on Windows, `process.env` ignores the case of names, but a copy of it doesn't.
    const environment = Object.fromEntries(
      newlyUsed.map(({ name }) => [
        name,
        getVariable(sources.environment, name) ?? getVariable(variables, name),
      ]),
    );
    const chosen = await chooseVariables(ui, newlyUsed, { ...sources, environment });
    if (chosen === undefined) {
      return undefined;
    }
    const remembered = Object.entries(variables).filter(([name]) => rememberedNames.has(name));
    variables = { ...variables, ...chosen, ...Object.fromEntries(remembered) };
    newlyUsed.forEach(({ name }) => rememberedNames.add(name));
    return variables;
  };
}

/**
 * Finds the values of the variables that a file uses. Asks the user only if the environment lacks a variable, and if
 * this variable has no default or a `.env` file sets it. Returns undefined if the user cancels.
 */
export async function chooseVariables(
  ui: Pick<Ui, 'pickOne'>,
  used: readonly UsedVariable[],
  sources: VariableSources,
): Promise<Variables | undefined> {
  const { environment } = sources;
  const unset = used.filter(({ name }) => getVariable(environment, name) === undefined);
  const requiredNames = unset.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  const mergeFileText = async (text: string): Promise<Variables | undefined> =>
    mergeFileVariables(ui, used, sources, text);
  const fileItems = unset.length === 0 ? [] : await createFileItems(unset, sources, mergeFileText);
  if (requiredNames.length === 0 && fileItems.length === 0) {
    return environment;
  }
  const getVariables = await ui.pickOne(
    l10n.t('Select a source for the values of {0}', formatList(unset.map(({ name }) => toDisplayText(name)))),
    [...fileItems, ...createOtherItems(requiredNames, sources, mergeFileText)],
  );
  return getVariables?.();
}

/** Creates an item for each `.env` file that sets an unset variable. */
async function createFileItems(
  unset: readonly UsedVariable[],
  { listFiles }: VariableSources,
  mergeFileText: (text: string) => Promise<Variables | undefined>,
): Promise<SourceItem[]> {
  return (await listFiles()).flatMap(({ name, text }) => {
    const values: Variables = parseEnv(text);
    const count = unset.filter((variable) => getVariable(values, variable.name) !== undefined).length;
    const description = describeFile(count, unset.length);
    return count === 0 ? [] : [{ label: toDisplayText(name), description, value: () => mergeFileText(text) }];
  });
}

/** Describes how many of the unset variables a file sets. */
function describeFile(count: number, total: number): string {
  return total === 1 ? l10n.t('Sets the variable') : l10n.t('Sets {0} of {1} variables', count, total);
}

function createOtherItems(
  requiredNames: readonly string[],
  sources: VariableSources,
  mergeFileText: (text: string) => Promise<Variables | undefined>,
): SourceItem[] {
  const selectFile: SourceItem = {
    label: l10n.t('Select a File…'),
    value: async () => {
      const text = await sources.selectFile();
      return text === undefined ? undefined : mergeFileText(text);
    },
  };
  const enterValues: SourceItem = {
    label: requiredNames.length === 1 ? l10n.t('Enter the Value…') : l10n.t('Enter the Values…'),
    description: l10n.t('Used for this plan only'),
    value: () => promptForValues(requiredNames, sources),
  };
  const continueWithout: SourceItem = {
    label: l10n.t('Continue Without Values'),
    description: l10n.t('Uses defaults and empty strings, as the Sequin CLI does'),
    value: () => Promise.resolve(sources.environment),
  };
  return [selectFile, ...(requiredNames.length === 0 ? [] : [enterValues]), continueWithout];
}

/**
 * Adds the values of a file to the values of the environment, which take precedence. If a required variable is still
 * unset, asks the user again.
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
  // `Object.fromEntries` keeps a variable named `__proto__`; an assignment to a property of that name would lose the
  // value.
  return { ...environment, ...Object.fromEntries(entered) };
}
