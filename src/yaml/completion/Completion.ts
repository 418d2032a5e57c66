/** A text that is proposed at the cursor. */
export interface Completion {
  readonly label: string;
  readonly kind: 'key' | 'value' | 'name' | 'table' | 'snippet';
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  /** The text to insert, in the syntax of VS Code's snippets. */
  readonly insertText: string;
  /** Completions are sorted by rank, then by label. Of keys, required ones come first, and deprecated ones last. */
  readonly rank: number;
  readonly isDeprecated?: boolean;
  /** Whether VS Code proposes the next completion right after the insertion, such as a value after its key. */
  readonly triggersSuggest?: boolean;
}

/** Escapes a text for the syntax of VS Code's snippets. */
export function escapeSnippet(text: string): string {
  return text.replaceAll(/[\\$}]/g, '\\$&');
}
