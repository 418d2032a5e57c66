/**
 * The maximum length of the result, in UTF-16 units. A unit takes at most 3 bytes in UTF-8, and most file systems limit
 * names to 255 bytes.
 */
const maxLength = 60;

/**
 * Converts an untrusted name to a part of a file name. Uses only the first {@link maxLength} units of the name.
 * Replaces everything except letters, combining marks, digits and underscores with dashes, so that the result contains
 * no path separator or reserved character. Returns `sink` if nothing is left.
 */
export function toFileName(name: string): string {
  const sanitized = name.slice(0, maxLength).replace(/[^\p{L}\p{M}\p{N}_]+/gu, '-');
  return sanitized.replace(/^-|-$/g, '') || 'sink';
}
