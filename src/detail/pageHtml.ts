import type { BackfillRef } from './pageContent.ts';

/** What the document of a backfill's page refers to. */
export interface PageHtmlOptions {
  /** VS Code's display language. */
  readonly language: string;
  /** Where styles and fonts may come from, as a source of a content security policy. */
  readonly cspSource: string;
  /** Allows the page's script, and no other. Different for each document. */
  readonly nonce: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  readonly ref: BackfillRef;
}

/** Creates the document of a backfill's page. Its policy forbids inline scripts and styles, and all remote content. */
export function pageHtml(options: PageHtmlOptions): string {
  const { language, cspSource, nonce, scriptUri, styleUri, ref } = options;
  const contentSecurityPolicy = `default-src 'none'; style-src ${cspSource}; font-src ${cspSource}; script-src 'nonce-${nonce}'`;
  return `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="${styleUri}" />
    <script type="module" nonce="${nonce}" src="${scriptUri}"></script>
  </head>
  <body data-key="${encodeURIComponent(JSON.stringify(ref))}"></body>
</html>`;
}
