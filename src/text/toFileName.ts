/** Most file systems take names of 255 bytes, and a character of JavaScript is up to three. */
const maxLength = 60;

/**
 * A server's name as a part of a file's name: its letters and digits, a dash for all else. Nothing in it is
 * special to a file system, or leads to another folder.
 */
export function toFileName(name: string): string {
  const sanitized = name.slice(0, maxLength).replace(/[^\p{L}\p{M}\p{N}_]+/gu, '-');
  return sanitized.replace(/^-|-$/g, '') || 'sink';
}
