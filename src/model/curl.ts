/**
 * A command for a POSIX shell that asks the server for one backfill, or for all of a sink. Whoever runs it
 * keeps the token in `SEQUIN_TOKEN`: it is not read here, so that it is in no clipboard and no history.
 */
export function curlCommand(address: string, sinkId: string, backfillId?: string): string {
  const list = `${address}/api/sinks/${encodeURIComponent(sinkId)}/backfills`;
  const url = backfillId === undefined ? list : `${list}/${encodeURIComponent(backfillId)}`;
  return `curl --fail-with-body -H "Authorization: Bearer $SEQUIN_TOKEN" -H 'Accept: application/json' ${quoted(url)}`;
}

/** Nothing is special between single quotes but their end. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
