import type { CommandContext } from '../../../src/commands/CommandHandler.ts';

/** Creates a context with the parts that the tested command uses. */
export function createContext(parts: { readonly [K in keyof CommandContext]?: unknown }): CommandContext {
  // A command that uses another part fails with a TypeError.
  return parts as CommandContext;
}
