/**
 * A server from the Sequin CLI's configuration, with its token. The fields are the CLI's own
 * (`cli/context/context.go` in Sequin's source).
 */
export interface CliContext {
  /** The name that the user chose. Untrusted, like any text from a file. */
  readonly name: string;
  /** Empty if the file has none. */
  readonly description: string;
  /** The address in the form of `Connection.address`: with a scheme and without a trailing slash. */
  readonly address: string;
  readonly token: string;
  /** Whether the CLI uses this context if the user names none. */
  readonly isDefault: boolean;
  /** Whether the context is for Sequin Cloud, which was shut down in October 2025. */
  readonly isCloud: boolean;
}

/** Why a CLI context file can't be used. */
export type CliContextProblem =
  'unreadable' | 'tooLarge' | 'notJson' | 'shape' | 'noToken' | 'invalidToken' | 'address';

/** The contexts of the CLI, and the files that don't hold a valid one. */
export interface CliContexts {
  /** The default first, then by name. */
  readonly contexts: readonly CliContext[];
  /** One entry per file, or one for the folder if it can't be read. */
  readonly invalid: readonly InvalidCliContext[];
}

/** A file without a valid context. None of its content is kept. */
export interface InvalidCliContext {
  readonly file: string;
  readonly problem: CliContextProblem;
}
