/** Shorter texts could be part of any response. Sequin's tokens are longer. */
const minSecretLength = 8;

/** The number of characters by which a secret is found. V8 can't compile a pattern for each of several thousand. */
const maxPatternLength = 1_000;

/**
 * Creates a function that replaces a secret, such as a token or a password, in a text. Nothing that a server echoes can
 * then be shown, logged or saved. Also finds the secret escaped as in JSON or a URL. A secret under 8 characters is not
 * replaced. The start of a very long one is replaced with all that follows without a space.
 */
export function createSecretRedaction(secret: string): (text: string) => string {
  if (secret.length < minSecretLength) {
    return (text) => text;
  }
  const characters = Array.from(secret);
  const start = characters
    .slice(0, maxPatternLength)
    .join('')
    .replace(/[^a-z0-9]/giu, createEscapedPattern);
  const pattern = new RegExp(characters.length > maxPatternLength ? String.raw`${start}\S*` : start, 'gu');
  return (text) => text.replace(pattern, '***');
}

/** Creates the pattern of a character that JSON or a URL may escape. Letters and digits of ASCII never are. */
function createEscapedPattern(character: string): string {
  const inJson = character
    .split('')
    .map((unit) => String.raw`\\u${createHexPattern(unit.charCodeAt(0), 4)}`)
    .join('');
  const inUrl = [...Buffer.from(character)].map((byte) => `%${createHexPattern(byte, 2)}`).join('');
  return String.raw`(?:\\?\u{${character.codePointAt(0)?.toString(16) ?? ''}}|${inJson}|${inUrl})`;
}

/** Creates the pattern of a hexadecimal number with this many digits, in upper or lower case. */
function createHexPattern(value: number, digits: number): string {
  const hex = value.toString(16).padStart(digits, '0');
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}
