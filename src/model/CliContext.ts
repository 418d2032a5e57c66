/**
 * A server that the user told the Sequin CLI of, with the token for it. The fields are of the CLI's own
 * (`cli/context/context.go` in Sequin's source).
 */
export interface CliContext {
  /** What the user called it; as untrusted as any text from a file. */
  readonly name: string;
  /** '' where there is none. */
  readonly description: string;
  /** As of a `Connection`: with scheme, without a slash at its end. `parseAddress` makes a connection of it. */
  readonly address: string;
  readonly token: string;
  /** Whether the CLI uses it where no other is named. */
  readonly isDefault: boolean;
  /** Whether it is of Sequin Cloud, which closed in October 2025: nothing answers there any more. */
  readonly isCloud: boolean;
}

/** Why a file of the CLI's contexts is none that can be used. */
export type CliContextProblem =
  'unreadable' | 'tooLarge' | 'notJson' | 'shape' | 'noToken' | 'badToken' | 'address';

/** The contexts of the CLI, and the files that hold none, each with the reason. */
export interface CliContexts {
  /** The default first, the others by name. */
  readonly contexts: readonly CliContext[];
  /** By file; a file's own name, or that of the folder where that cannot be read. */
  readonly invalid: readonly InvalidCliContext[];
}

/** A file that holds no context. Nothing of what is in it is told. */
export interface InvalidCliContext {
  readonly file: string;
  readonly problem: CliContextProblem;
}
