/** One line of what is known of a thing. The value may be a server's text: draw it as text only. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}
