/**
 * A text as Markdown that shows it as it is. Everything but letters, digits and single spaces is written as a
 * character reference, which can neither mark up, nor link, nor break a table's row.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[^\p{L}\p{M}\p{N} ]/gu, (character) => `&#${String(character.codePointAt(0))};`);
}
