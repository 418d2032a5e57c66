/**
 * Returns the SHA-256 of a text in hexadecimal, which is a file name for any text. Node's crypto module takes a few
 * milliseconds to load, so it is loaded by the first call.
 */
export function sha256(text: string): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('hex');
}
