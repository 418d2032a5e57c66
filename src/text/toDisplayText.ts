/**
 * Converts an untrusted text (a name, an address or an error of a server, a file or a setting) to one that is safe in a
 * sentence, a label or a message: one line, nothing hidden, no effect on the text around it. What is shown goes through
 * this function; what is copied, sent or saved doesn't.
 *
 * - White space, such as a line break, becomes a space. Hidden characters, such as controls, bidirectional overrides
 *   and zero-width spaces, and lone surrogates become `�`. The joiners of scripts and emoji stay.
 * - A space prevents VS Code from rendering `$(name)` as an icon and `[text](address)` as a link, which can run
 *   commands.
 * - A right-to-left text is isolated, so that it reorders only itself.
 *
 * Converting a text that is converted, or composed of converted ones, doesn't change it.
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

/** Converts a text to quote from the server, such as a reason; '' if there is none. */
export function quoteServerText(text: string | null): string {
  return toDisplayText((text ?? '').trim());
}

/** Escapes the hidden characters of a JSON text for display. It stays the same JSON, on the same lines. */
export function toDisplayJson(json: string): string {
  return json.replace(hiddenCharacters, (characters) =>
    characters.replace(/[^\n]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}

const isolate = /\u2068[^\u2066-\u2069]*\u2069/g;

/** Characters without a shape of their own, except isolates, and in scripts and emoji that need them. */
const hiddenCharacters = new RegExp(
  `(?:(?!${[
    String.raw`(?<=[\P{ASCII}\d#*])[\u200C\u200D\p{VS}]`,
    // The flags of regions, such as Scotland.
    String.raw`(?<=\u{1F3F4}[\u{E0020}-\u{E007F}]{0,9})[\u{E0020}-\u{E007F}]`,
    String.raw`\u2068(?=[^\u2066-\u2069]*\u2069)`,
    String.raw`(?<=\u2068[^\u2066-\u2069]*)\u2069`,
  ].join('|')})[\\p{Cc}\\p{DI}\uFFF9-\uFFFB])+`,
  'gu',
);

/** More marks on one character than any script uses. They would cover the lines above and below. */
const excessMarks = /(?<=\p{M}{8})\p{M}+/gu;

/** The blocks of right-to-left scripts and digits, from Hebrew and Arabic to Adlam. */
const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFF\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;
