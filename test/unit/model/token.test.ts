import assert from 'node:assert/strict';
import { extractToken } from '../../../src/model/token.ts';

describe('extractToken', () => {
  const token = 'aB3-_x9ZpQ7+/=';
  const pasted: readonly (readonly [title: string, text: string])[] = [
    ['a token', token],
    ['a token with spaces around it', `  ${token}\n`],
    ['a token in quotes', `"${token}"`],
    ['a token in typographic quotes', `“${token}”`],
    ['a header', `Authorization: Bearer ${token}`],
    ['the value of a header', `bearer  ${token}`],
    ['a line of a shell script', `-H 'Authorization: Bearer ${token}' \\`],
    ['a curl command', `curl -H "Authorization: Bearer ${token}" http://localhost:7376/api/sinks`],
    ['a line of JSON', `"authorization": "Bearer ${token}",`],
  ];
  for (const [title, text] of pasted) {
    it(`finds the token in ${title}`, () => {
      assert.equal(extractToken(text), token);
    });
  }

  it('takes no quadratic time for a long row of quotes', () => {
    const text = `x${'"'.repeat(100_000)}x`;
    assert.equal(extractToken(text), text);
  });

  it('keeps the spaces within a text without a token, so that it is rejected', () => {
    assert.equal(extractToken('two words'), 'two words');
    assert.equal(extractToken(' '), '');
  });
});
