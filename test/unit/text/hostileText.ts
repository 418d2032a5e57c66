import assert from 'node:assert/strict';

/**
 * Text with everything that must not reach the user unconverted: right-to-left text, direction overrides, hidden
 * characters, icons and links.
 */
export const hostileText = 'שלום\u202E$(trash)\n[x](command:y)\0\u200B\uD800';

/**
 * Fails if a string, or any string in a value, contains a part of {@link hostileText} that hides text, runs something
 * or affects the text around it.
 * @param place where the string is from, for the failure message
 */
export function assertNoHostileText(value: unknown, place: string): void {
  if (typeof value === 'string') {
    assert.doesNotMatch(value, /(?!\n)\p{Cc}|[\u200B\u202A-\u202E]|\p{Surrogate}/u, place);
    assert.doesNotMatch(value, /\$\((?!sync|warning|link)|\]\(|\n\[x\]/, place);
    const outsideOfIsolates = value.replace(/\u2068[^\u2066-\u2069]*\u2069/g, '');
    assert.doesNotMatch(outsideOfIsolates, /[\u0590-\u08FF\u2066-\u2069]/, place);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of value instanceof Map ? value : Object.entries(value)) {
      assertNoHostileText(part, `${place}.${String(key)}`);
    }
  }
}
