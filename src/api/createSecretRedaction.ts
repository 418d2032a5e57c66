/**
 * The length of the shortest secret that is replaced, in characters. Any response could contain a shorter one by
 * chance. Sequin's tokens are longer.
 */
const minSecretLength = 8;

/**
 * A longer secret is split into parts of this many characters, each with its own pattern: V8 can't compile a pattern of
 * several thousand escaped characters.
 */
const maxPartLength = 1_000;

/**
 * Matches the rest of a long secret that is cut off or escaped differently, up to the end of the line or JSON string.
 */
const unknownRest = String.raw`[^"\\\n]*(?:\\.[^"\\\n]*)*`;

/**
 * Creates a function that replaces a secret, such as a token or a password, with `***` in a response, so that an echoed
 * secret is never shown, logged or saved. The function finds the secret even if it is escaped as in JSON or a URL. It
 * doesn't replace secrets under 8 characters. It never replaces the quote that ends a JSON string, so the rest of the
 * response can be parsed.
 */
export function createSecretRedaction(secret: string): (text: string) => string {
  if (secret.length < minSecretLength) {
    return (text) => text;
  }
  const [start = '', ...continuations] = createPatterns(secret);
  const startPattern = new RegExp(start, 'gu');
  const restPatterns = continuations.map((pattern) => new RegExp(`${pattern}|${unknownRest}`, 'uy'));
  return (text) => {
    let redacted = '';
    let end = 0;
    startPattern.lastIndex = 0;
    for (let match = startPattern.exec(text); match !== null; match = startPattern.exec(text)) {
      redacted += `${text.slice(end, match.index)}***`;
      end = restPatterns.reduce(
        (index, pattern) => findMatchEnd(text, index, pattern),
        startPattern.lastIndex,
      );
      startPattern.lastIndex = end;
    }
    return redacted + text.slice(end);
  };
}

/** Creates the patterns of the parts of a secret, in order. Only a long secret has several parts. */
function createPatterns(secret: string): string[] {
  const characters = Array.from(secret);
  return Array.from({ length: Math.ceil(characters.length / maxPartLength) }, (_, index) =>
    characters
      .slice(index * maxPartLength, (index + 1) * maxPartLength)
      .join('')
      .replace(/[^a-z0-9]/giu, createEscapedPattern),
  );
}

/** Matches a sticky pattern at an index, and returns the index at which the match ends. */
function findMatchEnd(text: string, index: number, pattern: RegExp): number {
  pattern.lastIndex = index;
  pattern.test(text);
  return pattern.lastIndex;
}

/** Creates a pattern that matches a character, whether it is unescaped or escaped as in JSON or a URL. */
function createEscapedPattern(character: string): string {
  const jsonPattern = character
    .split('')
    .map((unit) => String.raw`\\u${createHexPattern(unit.charCodeAt(0), 4)}`)
    .join('');
  const urlPattern = [...Buffer.from(character)].map((byte) => `%${createHexPattern(byte, 2)}`).join('');
  return String.raw`(?:\\?\u{${character.codePointAt(0)?.toString(16) ?? ''}}|${jsonPattern}|${urlPattern})`;
}

/** Creates the pattern of a hexadecimal number with this many digits, in upper or lower case. */
function createHexPattern(value: number, digits: number): string {
  const hex = value.toString(16).padStart(digits, '0');
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}
