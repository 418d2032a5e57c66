/** A text that must not leak, with all encodings in which it could. */
export class Secret {
  /** The bytes of each encoding, as a Latin-1 string. */
  readonly #forms: ReadonlyMap<string, string>;

  constructor(value: string) {
    const bytes = Buffer.from(value);
    const forms = {
      raw: bytes,
      'URL-encoded': encodeURIComponent(value),
      'as JSON': JSON.stringify(value).slice(1, -1),
      'as JSON in JSON': JSON.stringify(JSON.stringify(value)).slice(3, -3),
      'as HTML': asHtml(value).replaceAll('"', '&quot;'),
      'as the text of an HTML element': asHtml(value),
      hex: bytes.toString('hex'),
      'upper hex': bytes.toString('hex').toUpperCase(),
      'UTF-16': Buffer.from(value, 'utf16le'),
      ...base64Forms(bytes),
    };
    this.#forms = new Map(
      Object.entries(forms).map(([name, form]) => [name, Buffer.from(form).toString('latin1')]),
    );
  }

  /** The bytes of each encoding, by its name. */
  get forms(): ReadonlyMap<string, Buffer> {
    return new Map([...this.#forms].map(([name, form]) => [name, Buffer.from(form, 'latin1')]));
  }

  /** Returns the names of the encodings that occur in a text or in bytes. */
  formsIn(content: string | Buffer): string[] {
    const text = Buffer.from(content).toString('latin1');
    return [...this.#forms].filter(([, form]) => text.includes(form)).map(([name]) => name);
  }
}

function asHtml(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * Encodes bytes as the inside of a longer Base64 text, for each of the three possible alignments. Leaves out characters
 * at the ends that include bits of the surrounding bytes.
 */
function base64Forms(bytes: Buffer): Record<string, string> {
  return Object.fromEntries(
    [0, 1, 2].flatMap((offset) => {
      const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
      return (['base64', 'base64url'] as const).map((encoding) => {
        const encoded = padded.toString(encoding);
        const form = encoded.slice(Math.ceil((offset * 8) / 6), Math.floor((padded.length * 8) / 6));
        return [`${encoding} at offset ${offset}`, form];
      });
    }),
  );
}
