/**
 * A command for a POSIX shell that asks the server for one backfill, or for all of a sink. Whoever runs it
 * keeps the token in `SEQUIN_TOKEN`: it is not read here, so that it is in no clipboard and no history.
 */
export function createCurlCommand(address: string, sinkId: string, backfillId?: string): string {
  const listUrl = `${address}/api/sinks/${encodeURIComponent(sinkId)}/backfills`;
  const url = backfillId === undefined ? listUrl : `${listUrl}/${encodeURIComponent(backfillId)}`;
  return `curl --fail-with-body -H "Authorization: Bearer $SEQUIN_TOKEN" -H 'Accept: application/json' ${quoteForShell(url)}`;
}

/** Nothing is special between single quotes but their end. */
function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
