/**
 * Encodes an id as a single segment of a URL's path. Undefined for an id that no URL can contain: URL parsers resolve
 * `.` and `..`, even if they are percent-encoded, and a lone surrogate has no encoding.
 */
export function encodePathSegment(id: string): string | undefined {
  return ['', '.', '..'].includes(id) || !id.isWellFormed() ? undefined : encodeURIComponent(id);
}
