import type { ActionContext } from '../commands/CommandHandler.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import type { Clock } from '../shared/clock.ts';

/** The services that tools use. */
export interface ToolContext extends ActionContext {
  readonly servers: ServerRegistry;
  readonly clock: Clock;
  /** Aborts when the user stops the tool. */
  readonly signal: AbortSignal;
}

/** The input of any tool. `package.json` declares which of these fields each tool accepts. */
export interface ToolInput {
  /** The name, address or id of a connection. */
  readonly connection: string | undefined;
  /** The name or id of a sink. */
  readonly sink: string | undefined;
  readonly backfillId: string | undefined;
  readonly table: string | undefined;
  /** Whether a new backfill is created paused. */
  readonly paused: boolean;
}

/** The question that VS Code asks the user before a tool runs. Plain text: each line becomes a paragraph. */
export interface ToolConfirmation {
  readonly title: string;
  readonly lines: readonly string[];
}

/** A tool for language models. */
export interface Tool {
  /** Returns the message that the chat shows while the tool runs. */
  readonly describeProgress: () => string;
  /**
   * Creates the confirmation. Undefined for a tool that changes nothing.
   * @throws ToolError if the target that the input names can't be found or changed
   */
  readonly createConfirmation?: (context: ToolContext, input: ToolInput) => Promise<ToolConfirmation>;
  /**
   * Runs the tool. Returns a short result for the language model, in the words of the views.
   * @throws ToolError if the target that the input names can't be found, or if the change fails
   */
  readonly run: (context: ToolContext, input: ToolInput) => Promise<object>;
}

/** The failure of a tool. Its message explains the failure to the language model in complete sentences. */
export class ToolError extends Error {}

/** Parses tool input from a language model. VS Code doesn't enforce the schema in `package.json`. */
export function parseToolInput(input: unknown): ToolInput {
  const fields = (typeof input === 'object' ? (input ?? {}) : {}) as Readonly<
    Partial<Record<keyof ToolInput, unknown>>
  >;
  const toText = (value: unknown): string | undefined =>
    typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  return {
    connection: toText(fields.connection),
    sink: toText(fields.sink),
    backfillId: toText(fields.backfillId),
    table: toText(fields.table),
    paused: fields.paused === true,
  };
}
