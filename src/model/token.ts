/** Sequin's tokens are printable ASCII, and other characters aren't allowed in a header. */
export const tokenPattern = /^[\x21-\x7e]+$/;

/**
 * Extracts a token from what users paste: the token itself, quoted or not, an `Authorization: Bearer …` header, or a
 * curl command with one.
 */
export function extractToken(input: string): string {
  const [, afterBearer] = /\bbearer\s+(\S+)/i.exec(input) ?? [];
  return (afterBearer ?? input).trim().replace(/^["'`“”‘’]+|["'`“”‘’\\,;]+$/g, '');
}
