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

/** Creates the document with a text from the server in its content. */
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
  it('has a content security policy that allows only its script and style and the fonts of the webview', () => {
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(createPageHtml(options)) ?? [];
    assert.equal(
      policy,
      "default-src 'none'; style-src 'nonce-nonce'; font-src https://webview.test; script-src 'nonce-nonce'; base-uri 'none'; form-action 'none'",
    );
  });

  it('embeds code that contains tags without ending or nesting its script', () => {
    const code = "const tags = ['<!--', '<script>', '</SCRIPT>', `<b>`]";
    const html = createPageHtml({ ...options, script: code });
    const [, embedded = ''] = /<script nonce[^>]*>(.*?)<\/script>/s.exec(html) ?? [];
    assert.equal(embedded, "const tags = ['\\x3c!--', '\\x3cscript>', '\\x3c/SCRIPT>', `<b>`]");
  });

  it('maps the names of modules to their addresses, without ending or nesting the script', () => {
    const html = createPageHtml({ ...options, modules: { library: 'https://webview.test/</script>' } });
    const [, map = ''] = /<script type="importmap" nonce="nonce">(.*?)<\/script>/s.exec(html) ?? [];
    assert.deepEqual(JSON.parse(map), { imports: { library: 'https://webview.test/</script>' } });
  });

  it('embeds no content if there is none', () => {
    assert.doesNotMatch(createPageHtml(options), scriptPattern);
  });

  for (const text of [
    '</script><script>alert(1)</script>',
    '</SCRIPT >',
    '<!--<script>',
    '\u2028 " \\ $& é',
  ]) {
    it(`embeds ${JSON.stringify(text)} without ending or nesting its script`, () => {
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
