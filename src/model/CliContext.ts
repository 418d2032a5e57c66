/**
 * A server from the Sequin CLI's configuration, with its token. See `cli/context/context.go` in Sequin's source for the
 * format of the file.
 */
export interface CliContext {
  /**
   * The name in the file or, if the file has none, the name of the file without `.json`. Untrusted, like any text from
   * a file.
   */
  readonly name: string;
  /** Empty if the file has no description. */
  readonly description: string;
  /** Has the same form as `Connection.address`: with a scheme and without a trailing slash. */
  readonly address: string;
  readonly token: string;
  /** Whether the CLI uses this context for commands that don't name a context. */
  readonly isDefault: boolean;
  /** Whether the context is for Sequin Cloud, which was shut down in October 2025. */
  readonly isCloud: boolean;
}

/** Why a CLI context file can't be used. */
export type CliContextProblem =
  'unreadable' | 'tooLarge' | 'notJson' | 'shape' | 'noToken' | 'invalidToken' | 'address';

/** The contexts of the CLI, and the files without a valid context. */
export interface CliContexts {
  /** The default context comes first. The other contexts are sorted by name. */
  readonly contexts: readonly CliContext[];
  /** An entry for each file without a valid context, or a single entry for the folder if the folder can't be read. */
  readonly invalid: readonly InvalidCliContext[];
}

/** A file without a valid context, or the folder. Contains none of the file's content, which may include a token. */
export interface InvalidCliContext {
  readonly file: string;
  readonly problem: CliContextProblem;
}
