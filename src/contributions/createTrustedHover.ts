import { MarkdownString } from 'vscode';
import { linkedCommands } from './commandLink.ts';

/** Creates a hover with icons and links that run {@link linkedCommands}. Escape untrusted text in the Markdown. */
export function createTrustedHover(markdown: string): MarkdownString {
  const hover = new MarkdownString(markdown, true);
  hover.isTrusted = { enabledCommands: linkedCommands };
  return hover;
}
