/** Most file systems take names of 255 bytes, and a character of JavaScript is up to three. */
const longest = 60;

/**
 * A server's name as a part of a file's name: its letters and digits, a dash for all else. Nothing in it is
 * special to a file system, or leads to another folder.
 */
export function fileName(name: string): string {
  const safe = name.slice(0, longest).replace(/[^\p{L}\p{M}\p{N}_]+/gu, '-');
  return safe.replace(/^-|-$/g, '') || 'sink';
}
