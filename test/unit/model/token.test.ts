import assert from 'node:assert/strict';
import { extractToken } from '../../../src/model/token.ts';

describe('extractToken', () => {
  const token = 'aB3-_x9ZpQ7+/=';
  const pasted: readonly (readonly [title: string, text: string])[] = [
    ['text that is only the token', token],
    ['surrounding white space', `  ${token}\n`],
    ['straight quotes', `"${token}"`],
    ['typographic quotes', `“${token}”`],
    ['an Authorization header', `Authorization: Bearer ${token}`],
    ['the value of an Authorization header', `bearer  ${token}`],
    ['a line of a shell script', `-H 'Authorization: Bearer ${token}' \\`],
    ['a curl command', `curl -H "Authorization: Bearer ${token}" http://localhost:7376/api/sinks`],
    ['a line of JSON', `"authorization": "Bearer ${token}",`],
  ];
  for (const [title, text] of pasted) {
    it(`extracts the token from ${title}`, () => {
      assert.equal(extractToken(text), token);
    });
  }

  it('is fast even for text with 100,000 quotes', () => {
    const text = `x${'"'.repeat(100_000)}x`;
    assert.equal(extractToken(text), text);
  });

  it('keeps spaces between words, so that callers can reject text without a token', () => {
    assert.equal(extractToken('two words'), 'two words');
    assert.equal(extractToken(' '), '');
  });
});
