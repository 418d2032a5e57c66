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
  const pattern = new RegExp(token.replace(/[^a-z0-9]/giu, createEscapedPattern), 'gu');
  return (text) => text.replace(pattern, '***');
}

/** The pattern of a character that JSON or a URL may escape. Letters and digits of ASCII never are. */
function createEscapedPattern(character: string): string {
  const inJson = character
    .split('')
    .map((unit) => String.raw`\\u${matchHex(unit.charCodeAt(0), 4)}`)
    .join('');
  const inUrl = [...Buffer.from(character)].map((byte) => `%${matchHex(byte, 2)}`).join('');
  return String.raw`(?:\\?\u{${character.codePointAt(0)?.toString(16) ?? ''}}|${inJson}|${inUrl})`;
}

/** The pattern of a number in hexadecimal, in upper or lower case. */
function matchHex(value: number, length: number): string {
  const hex = value.toString(16).padStart(length, '0');
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}
