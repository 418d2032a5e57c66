import type { ExtensionMessage } from './protocol.ts';

/** The id of the element with the initial content. */
export const initialContentElementId = 'initial-content';

/** The variable parts of the document of a page. */
export interface PageHtmlOptions {
  /** VS Code's display language. */
  readonly language: string;
  /** The only allowed source of fonts, as a content security policy names it. */
  readonly cspSource: string;
  /** Identifies the page's own script and style, the only ones that are allowed. Different for each document. */
  readonly nonce: string;
  /** The JavaScript of the page. */
  readonly script: string;
  /** The CSS of the page. */
  readonly style: string;
  /** The addresses of modules that the script imports once the page has content, by name. */
  readonly modules: Readonly<Record<string, string>>;
  /** The content that the page shows before the first message. Its id is different for each document. */
  readonly content: { readonly id: string; readonly message: ExtensionMessage } | null;
}

/**
 * Creates the document of a page. The document embeds the script and the style, because VS Code shows a document only
 * once all its files are loaded, and passes each file through a service worker and several processes. The content
 * security policy forbids all other scripts and styles, forms, and all remote content.
 */
export function createPageHtml(options: PageHtmlOptions): string {
  const { language, cspSource, nonce, script, style, modules, content } = options;
  const contentSecurityPolicy = `default-src 'none'; style-src 'nonce-${nonce}'; font-src ${cspSource}; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`;
  const initialContent =
    content === null
      ? ''
      : `<script type="application/json" id="${initialContentElementId}" data-id="${content.id}">${toScriptText(content.message)}</script>`;
  return `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <style nonce="${nonce}">${style}</style>
    <script type="importmap" nonce="${nonce}">${toScriptText({ imports: modules })}</script>
  </head>
  <body>${initialContent}<script nonce="${nonce}">${escapeScript(script)}</script></body>
</html>`;
}

/**
 * Escapes the tags and comments in a script that would end the script element or hide its end tag. A script contains
 * them only in strings and regular expressions, where the escape sequence has the same meaning.
 */
function escapeScript(script: string): string {
  return script.replace(/<(?=!--|\/?script)/gi, '\\x3c');
}

/** Formats a value as JSON for a script element. Without `<`, the JSON can't end the element or begin a comment. */
function toScriptText(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
