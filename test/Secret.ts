/** A text that must not turn up, and all the forms in which it may. */
export class Secret {
  /** The bytes of each form, as a text of one character for each byte. */
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

  /** The bytes of each form, by its name. */
  get forms(): ReadonlyMap<string, Buffer> {
    return new Map([...this.#forms].map(([name, form]) => [name, Buffer.from(form, 'latin1')]));
  }

  /** The names of the forms that are in a text, or in bytes. */
  formsIn(where: string | Buffer): string[] {
    const text = Buffer.from(where).toString('latin1');
    return [...this.#forms].filter(([, form]) => text.includes(form)).map(([name]) => name);
  }
}

function asHtml(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Base64 looks otherwise at each of three places in what is encoded; at the ends a character holds foreign bits. */
function base64Forms(bytes: Buffer): Record<string, string> {
  return Object.fromEntries(
    [0, 1, 2].flatMap((before) => {
      const padded = Buffer.concat([Buffer.alloc(before), bytes]);
      return (['base64', 'base64url'] as const).map((encoding) => {
        const whole = padded.toString(encoding);
        const form = whole.slice(Math.ceil((before * 8) / 6), Math.floor((padded.length * 8) / 6));
        return [`${encoding} at ${String(before)}`, form];
      });
    }),
  );
}
