/**
 * A message that is read as it is. VS Code makes links of `[text](address)`, also ones that run commands, and
 * names and errors come from a server.
 */
export function escapeMessage(message: string): string {
  return message.replace(/\s+/g, ' ').replaceAll('](', '] (');
}
