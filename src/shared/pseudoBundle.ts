const accents: Readonly<Record<string, string>> = { a: 'åå', e: 'éé', i: 'ïï', o: 'öö', u: 'ûû', y: 'ý' };

/**
 * Creates a bundle for `@vscode/l10n` that makes every text about a third longer, adds accents and encloses it in
 * brackets. This reveals texts that can't be translated, and layouts that are too narrow for longer translations. Only
 * for development builds.
 */
export function createPseudoBundle(): Record<string, string> {
  return new Proxy<Record<string, string>>(
    {},
    { get: (_, key) => (typeof key === 'string' ? pseudolocalize(key) : undefined) },
  );
}

/** Pseudolocalizes text, except for placeholders such as `{0}`. */
function pseudolocalize(text: string): string {
  const translated = text.replace(/\{\w+\}|[aeiouy]/g, (match) => accents[match] ?? match);
  return `⟦${translated}⟧`;
}
