/**
 * A server from the Sequin CLI's configuration, with its token. The fields are the CLI's own
 * (`cli/context/context.go` in Sequin's source).
 */
export interface CliContext {
  /** The name that the user chose. Untrusted, like any text from a file. */
  readonly name: string;
  /** Empty if the file has none. */
  readonly description: string;
  /** Has the same form as `Connection.address`: with a scheme and without a trailing slash. */
  readonly address: string;
  readonly token: string;
  /** Whether the CLI uses this context if a command doesn't name one. */
  readonly isDefault: boolean;
  /** Whether the context is for Sequin Cloud, which was shut down in October 2025. */
  readonly isCloud: boolean;
}

/** Why a CLI context file can't be used. */
export type CliContextProblem =
  'unreadable' | 'tooLarge' | 'notJson' | 'shape' | 'noToken' | 'invalidToken' | 'address';

/** The contexts of the CLI, and the files without a valid context. */
export interface CliContexts {
  /** The default context first, then sorted by name. */
  readonly contexts: readonly CliContext[];
  /** One entry for each file, or a single one for the folder if the folder can't be read. */
  readonly invalid: readonly InvalidCliContext[];
}

/** A file without a valid context. None of its content is kept. */
export interface InvalidCliContext {
  readonly file: string;
  readonly problem: CliContextProblem;
}
