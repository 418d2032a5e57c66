/**
 * Creates a POSIX shell command that fetches one backfill, or all backfills of a sink. The command reads the token from
 * `SEQUIN_TOKEN` when it runs, so that the token doesn't end up in the clipboard or the shell's history. Accepts
 * every id, unlike `encodePathSegment`, because copying must not fail. A lone surrogate becomes U+FFFD. With the id `.`
 * or `..`, which Sequin doesn't use, curl requests another path.
 */
export function createCurlCommand(address: string, sinkId: string, backfillId?: string): string {
  const listUrl = `${address}/api/sinks/${encodeId(sinkId)}/backfills`;
  const url = backfillId === undefined ? listUrl : `${listUrl}/${encodeId(backfillId)}`;
  return `curl --fail-with-body -H "Authorization: Bearer $SEQUIN_TOKEN" -H 'Accept: application/json' ${quoteForShell(url)}`;
}

function encodeId(id: string): string {
  return encodeURIComponent(id.toWellFormed());
}

/** Quotes a text for a POSIX shell: between single quotes, only a single quote is special. */
function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
