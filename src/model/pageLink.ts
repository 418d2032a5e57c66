/**
 * The target of a link: a backfill, or a sink if there is no backfill id. Has the address instead of a connection id,
 * because connection ids differ between users.
 */
export interface PageLink {
  /** The server's address. */
  readonly address: string;
  readonly sinkId: string;
  readonly backfillId?: string | undefined;
}

/** The paths in the URIs of links. */
const paths = { backfill: '/backfill', sink: '/sink' } as const;

/**
 * Creates the link that opens a page.
 * @param base the part of the URI that leads to this extension, such as `vscode://sequin-for-vscode.sequin`
 */
export function createPageLink(base: string, { address, sinkId, backfillId }: PageLink): string {
  const serverParameter = `server=${encodeURIComponent(address)}`;
  return backfillId === undefined
    ? `${base}${paths.sink}?${serverParameter}&id=${sinkId}`
    : `${base}${paths.backfill}?${serverParameter}&sink=${sinkId}&id=${backfillId}`;
}

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** Matches a decoded query. An address may contain `&` and `=`, so the fields must be in this order. */
const backfillQuery = new RegExp(`^server=(.+)&sink=(${uuid})&id=(${uuid})$`, 'i');
const sinkQuery = new RegExp(`^server=(.+)&id=(${uuid})$`, 'i');

/** Parses an untrusted URI; undefined if it isn't a link to a page. VS Code has already decoded the query. */
export function parsePageLink({
  path,
  query,
}: {
  readonly path: string;
  readonly query: string;
}): PageLink | undefined {
  const pattern = path === paths.backfill ? backfillQuery : path === paths.sink ? sinkQuery : undefined;
  const [, address, sinkId, backfillId] = pattern?.exec(query) ?? [];
  return address === undefined || sinkId === undefined
    ? undefined
    : { address, sinkId: sinkId.toLowerCase(), backfillId: backfillId?.toLowerCase() };
}
