/**
 * Removes user names and passwords from the addresses in an error message. An error of VS Code 1.105 contains the proxy
 * in the setting `http.proxy`, including the password: `PROXY user:password@proxy:8080`.
 */
export function removeCredentials(message: string): string {
  // Removes each word up to its last `@`, since a password may contain any character except white space.
  return message.replace(/(?<!\S)\S*@/g, '');
}
