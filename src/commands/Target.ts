import {
  type BackfillRef,
  type ConnectionRef,
  type DatabaseRef,
  parseRefFields,
  type SinkRef,
} from '../model/BackfillRef.ts';

/** The object that a command is run on. A message row stands for the sink or connection that contains it. */
export type Target =
  | ({ readonly kind: 'connection' } & ConnectionRef)
  | ({ readonly kind: 'sink' } & SinkRef)
  | ({ readonly kind: 'backfill' } & BackfillRef)
  | ({ readonly kind: 'database' } & DatabaseRef)
  /** Ids without a connection id, for example from an incorrect key binding. Nothing matches this target. */
  | { readonly kind: 'incomplete' };

/** The arguments of a command. */
export interface CommandTargets {
  /**
   * The row that the command is run on; undefined if the command is run from the Command Palette, or if its argument
   * isn't a row.
   */
  readonly target: Target | undefined;
  /**
   * All rows that the command is run on: the selected rows if the target is one of them, else the target alone.
   * Undefined if the command is run without an argument, for example from the Command Palette; empty if the argument
   * isn't a row, or if a key binding finds no row.
   */
  readonly targets: readonly Target[] | undefined;
  /** The URI of the document, if the command is run from a menu of its editor. */
  readonly documentUri?: string;
}

/**
 * Parses the arguments that VS Code passes to a command: a row of the tree and all selected rows, or whatever a key
 * binding or another extension passes.
 */
export function parseCommandTargets(row: unknown, selectedRows: unknown): CommandTargets {
  const rows: readonly unknown[] =
    Array.isArray(selectedRows) && selectedRows.includes(row) ? selectedRows : [row];
  return {
    target: parseTarget(row),
    targets: row === undefined ? undefined : rows.map(parseTarget).filter((target) => target !== undefined),
    ...(isUri(row) && { documentUri: row.toString() }),
  };
}

/** Whether an argument is a URI. VS Code has several URI classes, so only the fields are checked. */
function isUri(argument: unknown): argument is { toString(): string } {
  return typeof argument === 'object' && argument !== null && 'scheme' in argument && 'path' in argument;
}

/**
 * Returns the view id in the argument of a key binding, `{ "view": "sequin.sinks" }`; undefined for any other argument.
 */
export function parseViewId(argument: unknown): string | undefined {
  const { view } = (typeof argument === 'object' ? (argument ?? {}) : {}) as { readonly view?: unknown };
  return typeof view === 'string' ? view : undefined;
}

function parseTarget(row: unknown): Target | undefined {
  const { connectionId, sinkId, backfillId, databaseId } = parseRefFields(row);
  if (connectionId === undefined) {
    const hasId = sinkId !== undefined || backfillId !== undefined || databaseId !== undefined;
    return hasId ? { kind: 'incomplete' } : undefined;
  }
  if (sinkId === undefined) {
    return databaseId === undefined
      ? { kind: 'connection', connectionId }
      : { kind: 'database', connectionId, databaseId };
  }
  return backfillId === undefined
    ? { kind: 'sink', connectionId, sinkId }
    : { kind: 'backfill', connectionId, sinkId, backfillId };
}

/**
 * Whether a command applies to a connection. Without a target, it applies to every connection; otherwise, only to the
 * connection of the target.
 */
export function appliesToConnection(target: Target | undefined, connectionId: string): boolean {
  return target === undefined || (target.kind !== 'incomplete' && target.connectionId === connectionId);
}
