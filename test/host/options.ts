import { parseArgs, type ParseArgsConfig } from 'node:util';
import { isInterrupted } from './cleanup.ts';

/** An invalid option of a script. */
export class UsageError extends Error {}

/**
 * Parses the command-line options.
 * @throws UsageError if an option is unknown or has no value
 */
export function parseOptions<T extends ParseArgsConfig>(
  config: T,
): ReturnType<typeof parseArgs<T>>['values'] {
  try {
    return parseArgs(config).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/**
 * Parses the value of an option that accepts only some choices.
 * @throws UsageError if the value isn't one of the choices
 */
export function parseChoice<T extends string>(option: string, choices: readonly T[], value: string): T {
  const choice = choices.find((name) => name === value);
  if (choice === undefined) {
    throw new UsageError(`${option} must be one of ${choices.join(', ')}, not "${value}".`);
  }
  return choice;
}

/**
 * Parses the value of an option as a number from `min` to `max`.
 * @throws UsageError if the value isn't such a number
 */
export function parseNumber(option: string, [min, max]: readonly [number, number], value: string): number {
  const number = value.trim() === '' ? NaN : Number(value);
  if (!(number >= min && number <= max)) {
    throw new UsageError(`${option} must be a number from ${min} to ${max}, not "${value}".`);
  }
  return number;
}

/**
 * Runs the main function of a script. If it throws, prints the error's message and exits with code 1. For an invalid
 * option, also prints `hint`.
 */
export async function runMain<T>(main: () => T | Promise<T>, hint?: string): Promise<T> {
  try {
    return await main();
  } catch (error) {
    if (isInterrupted()) {
      // The signal's handler exits as soon as it has stopped the processes that were started.
      return new Promise(() => undefined);
    }
    console.error(error instanceof Error ? error.message : error);
    if (hint !== undefined && error instanceof UsageError) {
      console.error(hint);
    }
    process.exit(1);
  }
}
