/** A valid token. Sequin's tokens are printable ASCII without spaces, and a header allows few other characters. */
export const tokenPattern = /^[\x21-\x7e]+$/;

/**
 * Extracts a token from what users paste: the token itself, quoted or not, an `Authorization: Bearer …` header, or a
 * curl command with one.
 */
export function extractToken(input: string): string {
  const [, afterBearer] = /\bbearer\s+(\S+)/i.exec(input) ?? [];
  // The lookbehind keeps the time linear: without it, each quote of a long row of quotes begins a search for the end.
  return (afterBearer ?? input).trim().replace(/^["'`“”‘’]+|(?<!["'`“”‘’\\,;])["'`“”‘’\\,;]+$/g, '');
}
