/** The URL of the page in Sequin's web console where API tokens are created. */
export function createTokensUrl(address: string): string {
  return `${address}/settings/accounts`;
}
