/** The kinds of rows that have a context menu. */
export const menuRowKinds = ['connection', 'sampleData', 'sink', 'backfill', 'database'] as const;

/**
 * The flags of a row that `when` clauses of the context menu can use: the row's states, and the actions that it allows.
 */
export const rowFlags = [
  'signedIn',
  'signedOut',
  'invalidAddress',
  'production',
  /** A sink or backfill of the sample server, which has no console. */
  'sample',
  'start',
  'pause',
  'resume',
  'cancel',
  'runAgain',
  /** A backfill that waits in the queue. */
  'queued',
  /** A connection with a queue. */
  'queue',
  'resumeSink',
  'enableSink',
  'pauseSink',
  'disableSink',
] as const;

export type MenuRowKind = (typeof menuRowKinds)[number];
export type RowFlag = (typeof rowFlags)[number];

/** Creates the `viewItem` of a row, such as `sequin.backfill;pause;cancel`. Flags that are `false` are left out. */
export function createContextValue(kind: MenuRowKind, flags: readonly (RowFlag | false)[]): string {
  return [`sequin.${kind}`, ...new Set(flags)].filter((part) => part !== false).join(';');
}
