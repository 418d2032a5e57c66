/**
 * Removes user names and passwords from the addresses in an error message. VS Code 1.105 quotes the proxy of the setting
 * `http.proxy` with its password: `Failed to establish a socket connection to proxies: PROXY user:password@proxy:8080`.
 */
export function removeCredentials(message: string): string {
  // Everything from a space to the last `@` before the next one, since a password may contain any other character.
  return message.replace(/(?<!\S)\S*@/g, '');
}
