/** A label with its value. The value may contain untrusted text from the server: render it as plain text. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}
