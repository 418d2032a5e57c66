/** Identifies a connection by the address of its server. */
export interface ConnectionRef {
  readonly address: string;
}

/** Identifies a sink. Ids are unique only within a server. */
export interface SinkRef extends ConnectionRef {
  readonly sinkId: string;
}

/** Identifies a backfill. */
export interface BackfillRef extends SinkRef {
  readonly backfillId: string;
}

/** The key of a connection, a sink or a backfill in maps and as the id of a tree row: `address/sink/backfill`. */
export function getRefKey({ address, sinkId, backfillId }: ConnectionRef & Partial<BackfillRef>): string {
  return [address, sinkId, backfillId].filter((part) => part !== undefined).join('/');
}

/** Extracts the fields of a reference from a value of unknown shape. Fields that aren't strings are undefined. */
export function parseRefFields(value: unknown): {
  readonly [Field in keyof BackfillRef]: string | undefined;
} {
  const fields = (typeof value === 'object' ? (value ?? {}) : {}) as Readonly<
    Partial<Record<keyof BackfillRef, unknown>>
  >;
  const toString = (field: unknown): string | undefined => (typeof field === 'string' ? field : undefined);
  return {
    address: toString(fields.address),
    sinkId: toString(fields.sinkId),
    backfillId: toString(fields.backfillId),
  };
}

/** Parses a reference to a backfill from a value of unknown shape, such as the saved state of a page. */
export function parseBackfillRef(value: unknown): BackfillRef | undefined {
  const { address, sinkId, backfillId } = parseRefFields(value);
  return address !== undefined && sinkId !== undefined && backfillId !== undefined
    ? { address, sinkId, backfillId }
    : undefined;
}
