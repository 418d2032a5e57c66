/**
 * The SHA-256 of a text, in hexadecimal: a file's name for what is no name of a file. Node's crypto takes
 * some milliseconds to load, and is therefore got when it is first asked for.
 */
export function sha256(text: string): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('hex');
}
