/**
 * Returns the SHA-256 hash of `text` in hexadecimal, which is always a valid file name. Node's crypto module takes a
 * few milliseconds to load, so the first call loads it.
 */
export function sha256(text: string): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('hex');
}
