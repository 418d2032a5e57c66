import type { ExtensionMessage } from './protocol.ts';

/** The id of the element with the initial content. */
export const initialContentElement = 'initial-content';

/** The variable parts of the document of a page. */
export interface PageHtmlOptions {
  /** VS Code's display language. */
  readonly language: string;
  /** Where fonts may come from, as a source of a content security policy. */
  readonly cspSource: string;
  /** Allows the page's script and style, and no others. Different for each document. */
  readonly nonce: string;
  /** The code of the page, and its style sheet. */
  readonly script: string;
  readonly style: string;
  /** The addresses of modules that the script imports once the page has content, by name. */
  readonly modules: Readonly<Record<string, string>>;
  /** The content that the page shows before the first message. Its id is different for each document. */
  readonly content: { readonly id: string; readonly message: ExtensionMessage } | null;
}

/**
 * Creates the document of a page. The script and the style are part of the document, since VS Code shows it once
 * everything is loaded, and passes each file through a service worker and several processes. The content security policy
 * forbids all other scripts and styles, forms, and all remote content.
 */
export function createPageHtml(options: PageHtmlOptions): string {
  const { language, cspSource, nonce, script, style, modules, content } = options;
  const contentSecurityPolicy = `default-src 'none'; style-src 'nonce-${nonce}'; font-src ${cspSource}; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`;
  const initialContent =
    content === null
      ? ''
      : `<script type="application/json" id="${initialContentElement}" data-id="${content.id}">${toScriptText(content.message)}</script>`;
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
 * Escapes tags and comments that would end the script element, or hide its end. In code, they occur only in texts and
 * patterns, where the escape means the same.
 */
function escapeScript(code: string): string {
  return code.replace(/<(?=!--|\/?script)/gi, '\\x3c');
}

/** Formats JSON as the text of a script element. Without `<`, it can neither end the element nor begin a comment. */
function toScriptText(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
