/**
 * Escapes a text so that Markdown renders it literally. Replaces every character except letters, digits and single
 * spaces with a character reference, which can't create markup or links, or break a table row.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[^\p{L}\p{M}\p{N} ]/gu, (character) => `&#${String(character.codePointAt(0))};`);
}
