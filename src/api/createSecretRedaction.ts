/** Shorter texts could be part of any response. Sequin's tokens are longer. */
const minSecretLength = 8;

/** The number of characters that one pattern finds. V8 can't compile a pattern of several thousand escaped ones. */
const maxPatternLength = 1_000;

/** The pattern of the rest of a long secret that was cut or escaped differently: up to the end of the line or JSON string. */
const unknownRest = String.raw`[^"\\\n]*(?:\\.[^"\\\n]*)*`;

/**
 * Creates a function that replaces a secret, such as a token or a password, in a text. Nothing that a server echoes can
 * then be shown, logged or saved. Also finds the secret escaped as in JSON or a URL. A secret under 8 characters is not
 * replaced. The end of a JSON string never is, so that the rest of a response stays readable.
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

/** Creates the patterns of the parts of a secret, in order. Only a long one has several. */
function createPatterns(secret: string): string[] {
  const characters = Array.from(secret);
  return Array.from({ length: Math.ceil(characters.length / maxPatternLength) }, (_, index) =>
    characters
      .slice(index * maxPatternLength, (index + 1) * maxPatternLength)
      .join('')
      .replace(/[^a-z0-9]/giu, createEscapedPattern),
  );
}

/** Returns where the match of a sticky pattern that begins at an index ends. */
function findMatchEnd(text: string, index: number, pattern: RegExp): number {
  pattern.lastIndex = index;
  pattern.test(text);
  return pattern.lastIndex;
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
