/**
 * Escapes text so that Markdown renders it as plain text. A run of white space becomes a single space. Every other
 * character, except letters, combining marks and digits, becomes a character reference. A reference can't create markup
 * or a link, and can't break a table row.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[^\p{L}\p{M}\p{N} ]/gu, (character) => `&#${String(character.codePointAt(0))};`);
}
