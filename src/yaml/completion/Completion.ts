/** A proposal at the cursor. */
export interface Completion {
  readonly label: string;
  readonly kind: 'key' | 'value' | 'name' | 'table' | 'snippet';
  readonly detail?: string;
  /** The description, in Markdown. */
  readonly documentation?: string;
  /** The text to insert, in VS Code's snippet syntax. */
  readonly insertText: string;
  /**
   * Completions are sorted by ascending rank, then by label. Among keys, required ones come first and deprecated ones
   * last.
   */
  readonly rank: number;
  readonly isDeprecated?: boolean;
  /** Whether VS Code shows the next proposals right after the insertion, such as the values of an inserted key. */
  readonly triggersSuggest?: boolean;
}

/** Escapes text for VS Code's snippet syntax. */
export function escapeSnippet(text: string): string {
  return text.replaceAll(/[\\$}]/g, '\\$&');
}
