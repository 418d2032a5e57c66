/**
 * Encodes an id as one segment of a URL's path; undefined for an id that no URL can contain. URL parsers resolve `.` and
 * `..` in a path, even if they are percent-encoded, and a lone surrogate has no encoding.
 */
export function encodePathSegment(id: string): string | undefined {
  return ['', '.', '..'].includes(id) || !id.isWellFormed() ? undefined : encodeURIComponent(id);
}
