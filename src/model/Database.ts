/** A source database as Sequin reports it. Holds only the fields that may be shown, never a user or a password. */
export interface Database {
  readonly id: string;
  readonly name: string;
  readonly hostname: string | null;
  readonly port: number | null;
  /** The name of the database on its server. */
  readonly database: string | null;
}

/** Whether Sequin could open a connection to a database; with the server's reason if it couldn't. */
export type ConnectionTest =
  { readonly isPassed: true } | { readonly isPassed: false; readonly reason: string | null };

/** A connection test with its time. It may be from an earlier session. */
export type DatedConnectionTest = ConnectionTest & {
  /** The local time in milliseconds since the epoch. */
  readonly testedAt: number;
};
