/**
 * Converts untrusted text, such as a name, an address or an error from a server, a file or a setting, so that it is
 * safe in a sentence, a label or a message: one line, nothing hidden, no effect on the text around it. Convert text
 * that is shown, but not text that is copied, sent or saved.
 *
 * - A run of white space, such as a line break, becomes a space.
 * - Lone surrogates and hidden characters, such as controls, bidirectional overrides and zero-width spaces, become `�`.
 *   Joiners that a script or an emoji needs are kept.
 * - A space is inserted into `$(name)` and `[text](address)`, so that VS Code doesn't render an icon, or a link that
 *   could run a command.
 * - Right-to-left text is isolated, so that it can't reorder the text around it.
 *
 * Converting text again doesn't change it, even if it was composed of several converted texts.
 */
export function toDisplayText(untrusted: string): string {
  const text = untrusted
    .toWellFormed()
    .replace(/\s+/g, ' ')
    .replace(hiddenCharacters, '\uFFFD')
    // Without a base, a combining mark would change the character before the text.
    .replace(/^\p{M}/u, '◌$&')
    .replace(excessMarks, '')
    .replace(/(?<=[$\]])\(/g, ' (');
  return rightToLeft.test(text.replace(isolate, ''))
    ? `\u2068${text.replace(/[\u2068\u2069]/g, '\uFFFD')}\u2069`
    : text;
}

/** Converts text from the server, such as a reason, so that it can be quoted; '' if there is none. */
export function quoteServerText(text: string | null): string {
  return toDisplayText((text ?? '').trim());
}

/** Escapes the hidden characters in JSON for display. The value and the lines of the JSON stay the same. */
export function toDisplayJson(json: string): string {
  return json.replace(hiddenCharacters, (characters) =>
    characters.replace(/[^\n]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}

const isolate = /\u2068[^\u2066-\u2069]*\u2069/g;

/** Invisible characters, except those that a script or an emoji needs, and except isolates in pairs. */
const hiddenCharacters = new RegExp(
  `(?:(?!${[
    String.raw`(?<=[\P{ASCII}\d#*])[\u200C\u200D\p{VS}]`,
    // The tags in the flags of regions, such as Scotland.
    String.raw`(?<=\u{1F3F4}[\u{E0020}-\u{E007F}]{0,9})[\u{E0020}-\u{E007F}]`,
    String.raw`\u2068(?=[^\u2066-\u2069]*\u2069)`,
    String.raw`(?<=\u2068[^\u2066-\u2069]*)\u2069`,
  ].join('|')})[\\p{Cc}\\p{DI}\uFFF9-\uFFFB])+`,
  'gu',
);

/** Combining marks after the eighth on one character. No script uses so many, and they would cover other lines. */
const excessMarks = /(?<=\p{M}{8})\p{M}+/gu;

/** The blocks of right-to-left scripts and digits, from Hebrew and Arabic to Adlam. */
const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFF\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;
