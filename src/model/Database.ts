/** A source database as Sequin reports it. Has only fields that may be shown, never the user or the password. */
export interface Database {
  readonly id: string;
  readonly name: string;
  readonly hostname: string | null;
  readonly port: number | null;
  /** The name that the database has on its Postgres server. */
  readonly database: string | null;
}

/** Whether Sequin could open a connection to a database. If it couldn't, `reason` is the server's explanation. */
export type ConnectionTest =
  { readonly isPassed: true } | { readonly isPassed: false; readonly reason: string | null };

/** A connection test and its time. The test may be from an earlier session. */
export type DatedConnectionTest = ConnectionTest & {
  /** The local time in milliseconds since the epoch. */
  readonly testedAt: number;
};
