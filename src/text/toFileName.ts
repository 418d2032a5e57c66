/** In UTF-16 code units, each up to 3 bytes in UTF-8. Most file systems limit names to 255 bytes. */
const maxLength = 60;

/**
 * Converts an untrusted name to a part of a file name: keeps letters, digits and underscores and replaces all else
 * with dashes, so that it contains neither characters that a file system reserves nor path separators.
 */
export function toFileName(name: string): string {
  const sanitized = name.slice(0, maxLength).replace(/[^\p{L}\p{M}\p{N}_]+/gu, '-');
  return sanitized.replace(/^-|-$/g, '') || 'sink';
}
