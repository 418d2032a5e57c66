/**
 * Removes user names and passwords from the addresses in an error message. VS Code 1.105 quotes `http.proxy` with its
 * password: `Failed to establish a socket connection to proxies: PROXY user:password@proxy:8080`.
 */
export function removeCredentials(message: string): string {
  // Removes each word up to its last `@`, since a password may contain any character except white space.
  return message.replace(/(?<!\S)\S*@/g, '');
}
