/** In UTF-16 code units, each at most 3 bytes in UTF-8. Most file systems limit names to 255 bytes. */
const maxLength = 60;

/**
 * Converts an untrusted name to a part of a file name: at most 60 UTF-16 code units, of which only letters, digits and
 * underscores stay. All others become dashes, so that no path separator and no reserved character is left. Returns `sink`
 * if nothing is left.
 */
export function toFileName(name: string): string {
  const sanitized = name.slice(0, maxLength).replace(/[^\p{L}\p{M}\p{N}_]+/gu, '-');
  return sanitized.replace(/^-|-$/g, '') || 'sink';
}
