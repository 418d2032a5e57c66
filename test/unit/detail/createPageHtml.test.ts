import assert from 'node:assert/strict';
import { createPageHtml, type PageHtmlOptions } from '../../../src/detail/createPageHtml.ts';

const options: PageHtmlOptions = {
  language: 'en',
  cspSource: 'https://webview.test',
  nonce: 'nonce',
  script: 'code()',
  style: 'body {}',
  modules: { library: 'https://webview.test/library.js' },
  content: null,
};

/** Creates a document whose content contains `text` from the server. */
function createHtmlWithText(text: string): string {
  return createPageHtml({
    ...options,
    content: {
      id: 'id',
      message: {
        type: 'show',
        ref: { connectionId: 'c1', sinkId: 'sink' },
        page: null,
        notice: { text, severity: 'info', action: null },
      },
    },
  });
}

const scriptPattern = /<script type="application\/json"[^>]*>(.*?)<\/script>/s;

describe('createPageHtml', () => {
  it('sets a content security policy that allows only the script, the style and the fonts of the page', () => {
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(createPageHtml(options)) ?? [];
    assert.equal(
      policy,
      "default-src 'none'; style-src 'nonce-nonce'; font-src https://webview.test; script-src 'nonce-nonce'; base-uri 'none'; form-action 'none'",
    );
  });

  it('escapes tags in the JavaScript, so that they neither end the script element nor begin another', () => {
    const code = "const tags = ['<!--', '<script>', '</SCRIPT>', `<b>`]";
    const html = createPageHtml({ ...options, script: code });
    const [, embedded = ''] = /<script nonce[^>]*>(.*?)<\/script>/s.exec(html) ?? [];
    assert.equal(embedded, "const tags = ['\\x3c!--', '\\x3cscript>', '\\x3c/SCRIPT>', `<b>`]");
  });

  it('maps module names to their addresses, and escapes tags in the addresses', () => {
    const html = createPageHtml({ ...options, modules: { library: 'https://webview.test/</script>' } });
    const [, map = ''] = /<script type="importmap" nonce="nonce">(.*?)<\/script>/s.exec(html) ?? [];
    assert.deepEqual(JSON.parse(map), { imports: { library: 'https://webview.test/</script>' } });
  });

  it('creates no element for the content if there is no content', () => {
    assert.doesNotMatch(createPageHtml(options), scriptPattern);
  });

  for (const text of [
    '</script><script>alert(1)</script>',
    '</SCRIPT >',
    '<!--<script>',
    '\u2028 " \\ $& é',
  ]) {
    it(`embeds ${JSON.stringify(text)} so that it neither ends the script element nor begins another`, () => {
      const html = createHtmlWithText(text);
      const [, json = ''] = scriptPattern.exec(html) ?? [];
      assert.doesNotMatch(json, /</);
      const { notice } = JSON.parse(json) as { notice: { text: string } };
      assert.equal(notice.text, text);
      assert.equal(
        html.replace(json, () => ''),
        createHtmlWithText('').replace(scriptPattern, (script, inner: string) => script.replace(inner, '')),
      );
    });
  }
});
