/** Identifies a connection. */
export interface ConnectionRef {
  readonly connectionId: string;
}

/** Identifies a sink. Ids are unique only within a server. */
export interface SinkRef extends ConnectionRef {
  readonly sinkId: string;
}

/** Identifies a backfill. */
export interface BackfillRef extends SinkRef {
  readonly backfillId: string;
}

/** Identifies a source database. */
export interface DatabaseRef extends ConnectionRef {
  readonly databaseId: string;
}

/** The key of a connection, a sink or a backfill in maps, and the id of its tree row: `connection/sink/backfill`. */
export function getRefKey({
  connectionId,
  sinkId,
  backfillId,
}: ConnectionRef & Partial<BackfillRef>): string {
  // Doesn't join an array, which would be slower: each poll computes the keys of all rows.
  const sinkKey = sinkId === undefined ? connectionId : `${connectionId}/${sinkId}`;
  return backfillId === undefined ? sinkKey : `${sinkKey}/${backfillId}`;
}

/** Extracts the fields of a reference from a value of unknown shape. Fields that aren't strings are undefined. */
export function parseRefFields(value: unknown): {
  readonly [Field in keyof (BackfillRef & DatabaseRef)]: string | undefined;
} {
  const fields = (typeof value === 'object' ? (value ?? {}) : {}) as Readonly<
    Partial<Record<keyof (BackfillRef & DatabaseRef) | 'address', unknown>>
  >;
  const toOptionalString = (field: unknown): string | undefined =>
    typeof field === 'string' ? field : undefined;
  return {
    // Version 0.1.0 saved an address instead of an id. A connection from that version has its address as its id.
    connectionId: toOptionalString(fields.connectionId ?? fields.address),
    sinkId: toOptionalString(fields.sinkId),
    backfillId: toOptionalString(fields.backfillId),
    databaseId: toOptionalString(fields.databaseId),
  };
}

/** Identifies what a page shows: a backfill, or a sink if there is no backfill id. */
export type PageRef = SinkRef & Partial<BackfillRef>;

/**
 * Parses a reference to what a page shows from a value of unknown shape, such as the saved state of the page. Undefined
 * if the connection id or the sink id is missing.
 */
export function parsePageRef(value: unknown): PageRef | undefined {
  const { connectionId, sinkId, backfillId } = parseRefFields(value);
  return connectionId === undefined || sinkId === undefined
    ? undefined
    : { connectionId, sinkId, ...(backfillId !== undefined && { backfillId }) };
}
