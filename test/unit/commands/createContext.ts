import type { CommandContext, CommandHandler } from '../../../src/commands/CommandHandler.ts';
import { parseCommandTargets } from '../../../src/commands/Target.ts';
import type { FakeUi } from './FakeUi.ts';

type ContextParts = { readonly [K in keyof CommandContext]?: unknown };

/** Creates a context with the parts that the tested command uses. */
export function createContext(parts: ContextParts): CommandContext {
  // A command that uses another part fails with a TypeError.
  return parts as CommandContext;
}

/** Runs a command on rows or, without `rows`, as from the Command Palette. Returns what the user sees. */
export async function runOnRows(
  handler: CommandHandler,
  rows: readonly object[] | undefined,
  parts: ContextParts & { readonly ui: FakeUi },
): Promise<string[]> {
  await handler(createContext({ getSelection: () => [], ...parts }), parseCommandTargets(rows?.[0], rows));
  return parts.ui.takeLines();
}
