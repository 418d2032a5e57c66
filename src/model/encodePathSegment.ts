/**
 * Encodes an id as a single segment of a URL's path. Undefined for an id that can't be a segment: an empty one; `.` or
 * `..`, which URL parsers resolve even if percent-encoded; or one with a lone surrogate, which can't be encoded.
 */
export function encodePathSegment(id: string): string | undefined {
  return ['', '.', '..'].includes(id) || !id.isWellFormed() ? undefined : encodeURIComponent(id);
}
