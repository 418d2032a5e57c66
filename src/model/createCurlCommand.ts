/**
 * Creates a POSIX shell command that fetches one backfill, or all backfills of a sink. When the command runs, it reads
 * the token from `SEQUIN_TOKEN`, so the token isn't in the clipboard or in the shell's history. Unlike
 * `encodePathSegment`, this function accepts every id, because copying must not fail: a lone surrogate becomes U+FFFD,
 * and for the ids `.` and `..`, which Sequin doesn't use, curl requests a different path.
 */
export function createCurlCommand(address: string, sinkId: string, backfillId?: string): string {
  const listUrl = `${address}/api/sinks/${encodeId(sinkId)}/backfills`;
  const url = backfillId === undefined ? listUrl : `${listUrl}/${encodeId(backfillId)}`;
  return `curl --fail-with-body -H "Authorization: Bearer $SEQUIN_TOKEN" -H 'Accept: application/json' ${quoteForShell(url)}`;
}

function encodeId(id: string): string {
  return encodeURIComponent(id.toWellFormed());
}

/** Quotes text for a POSIX shell. Between single quotes, only a single quote has a special meaning. */
function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
