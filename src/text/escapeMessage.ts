/**
 * Escapes a message so that VS Code shows it literally. VS Code renders `[text](address)` in messages as a link,
 * including links that run commands, and names and errors are untrusted text from a server.
 */
export function escapeMessage(message: string): string {
  return message.replace(/\s+/g, ' ').replaceAll('](', '] (');
}
