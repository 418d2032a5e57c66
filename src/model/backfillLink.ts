/** What a link to a backfill identifies. Connection ids differ between users, so it has the server's address. */
export interface BackfillLink {
  readonly address: string;
  readonly sinkId: string;
  readonly backfillId: string;
}

/** The path of links to backfills, after the extension's own part of a URI. */
const linkPath = '/backfill';

/**
 * Creates the link that opens the page of a backfill.
 * @param base the extension's own part of a URI, such as `vscode://sequin-for-vscode.sequin`
 */
export function createBackfillLink(base: string, { address, sinkId, backfillId }: BackfillLink): string {
  return `${base}${linkPath}?server=${encodeURIComponent(address)}&sink=${sinkId}&id=${backfillId}`;
}

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** The order is fixed because VS Code decodes the query: the address may contain `&` and `=`. */
const queryPattern = new RegExp(`^server=(.+)&sink=(${uuid})&id=(${uuid})$`, 'i');

/** Parses a URI whose query VS Code has decoded. Anyone can write it; undefined if it isn't a link to a backfill. */
export function parseBackfillLink({
  path,
  query,
}: {
  readonly path: string;
  readonly query: string;
}): BackfillLink | undefined {
  const [, address, sinkId, backfillId] = (path === linkPath ? queryPattern.exec(query) : null) ?? [];
  return address !== undefined && sinkId !== undefined && backfillId !== undefined
    ? { address, sinkId: sinkId.toLowerCase(), backfillId: backfillId.toLowerCase() }
    : undefined;
}
