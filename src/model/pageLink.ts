/** What a link identifies: a backfill or, without its id, a sink. Connection ids differ between users. */
export interface PageLink {
  /** The server's address. */
  readonly address: string;
  readonly sinkId: string;
  readonly backfillId?: string | undefined;
}

/** The paths of links, after the extension's own part of a URI. */
const paths = { backfill: '/backfill', sink: '/sink' } as const;

/**
 * Creates the link that opens a page.
 * @param base the extension's own part of a URI, such as `vscode://sequin-for-vscode.sequin`
 */
export function createPageLink(base: string, { address, sinkId, backfillId }: PageLink): string {
  const serverParameter = `server=${encodeURIComponent(address)}`;
  return backfillId === undefined
    ? `${base}${paths.sink}?${serverParameter}&id=${sinkId}`
    : `${base}${paths.backfill}?${serverParameter}&sink=${sinkId}&id=${backfillId}`;
}

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** VS Code decodes the query, so the address may contain `&` and `=`. The fixed order keeps the fields apart. */
const backfillQuery = new RegExp(`^server=(.+)&sink=(${uuid})&id=(${uuid})$`, 'i');
const sinkQuery = new RegExp(`^server=(.+)&id=(${uuid})$`, 'i');

/** Parses an untrusted URI, whose query VS Code has decoded; undefined if it isn't a link to a page. */
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
