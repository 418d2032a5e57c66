import { parseArgs, type ParseArgsConfig } from 'node:util';
import { isInterrupted } from './cleanup.ts';

/** A wrong option of a script. */
export class UsageError extends Error {}

/**
 * Parses the options of the command line.
 * @throws UsageError for an unknown option and a missing value.
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
 * Finds the value of an option among its choices.
 * @throws UsageError for another value.
 */
export function parseChoice<T extends string>(option: string, choices: readonly T[], value: string): T {
  const choice = choices.find((name) => name === value);
  if (choice === undefined) {
    throw new UsageError(`${option} must be one of ${choices.join(', ')}, not "${value}".`);
  }
  return choice;
}

/**
 * Parses the value of an option as a number between limits.
 * @throws UsageError for another value.
 */
export function parseNumber(option: string, [min, max]: readonly [number, number], value: string): number {
  const number = value.trim() === '' ? NaN : Number(value);
  if (!(number >= min && number <= max)) {
    throw new UsageError(`${option} must be a number from ${min} to ${max}, not "${value}".`);
  }
  return number;
}

/** Runs the main function of a script. Ends the process with an error's message, and with `hint` for a wrong option. */
export async function runMain<T>(main: () => T | Promise<T>, hint?: string): Promise<T> {
  try {
    return await main();
  } catch (error) {
    if (isInterrupted()) {
      // The process ends as soon as it has stopped what it started.
      return new Promise(() => undefined);
    }
    console.error(error instanceof Error ? error.message : error);
    if (hint !== undefined && error instanceof UsageError) {
      console.error(hint);
    }
    process.exit(1);
  }
}
