/** Shorter texts aren't Sequin tokens, and could be part of any response. */
const minTokenLength = 8;

/**
 * Creates a function that replaces the token in a text, so that nothing that a server echoes can be shown, logged or
 * saved. Also finds the token escaped as in JSON or a URL.
 */
export function createTokenRedaction(token: string): (text: string) => string {
  if (token.length < minTokenLength) {
    return (text) => text;
  }
  const pattern = new RegExp(token.replace(/[^a-z0-9]/gi, createEscapedPattern), 'g');
  return (text) => text.replace(pattern, '***');
}

/** The pattern of a character that JSON or a URL may escape. Letters and digits never are. */
function createEscapedPattern(character: string): string {
  const hex = character.charCodeAt(0).toString(16).padStart(2, '0');
  const anyCase = hex.replace(/[a-f]/, (digit) => `[${digit}${digit.toUpperCase()}]`);
  return `(?:\\\\?\\x${hex}|\\\\u00${anyCase}|%${anyCase})`;
}
