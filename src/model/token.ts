/** Matches a valid token: printable ASCII without spaces. Sequin's tokens have no other characters. */
export const tokenPattern = /^[\x21-\x7e]+$/;

/**
 * Extracts a token from pasted text: the token itself, with or without quotes, an `Authorization: Bearer …` header, or
 * a curl command with such a header.
 */
export function extractToken(input: string): string {
  const [, afterBearer] = /\bbearer\s+(\S+)/i.exec(input) ?? [];
  // The lookbehind keeps the matching time linear. Without it, a search for the end would begin at each quote in a row
  // of quotes.
  return (afterBearer ?? input).trim().replace(/^["'`“”‘’]+|(?<!["'`“”‘’\\,;])["'`“”‘’\\,;]+$/g, '');
}
