/**
 * Joins the texts of a row into the label for screen readers: `public.orders, Stalled, 47%, sink paused, 1 h`. Commas make
 * short pauses, but some screen readers read the dots between the parts of a text aloud.
 */
export function formatAccessibleLabel(...texts: readonly string[]): string {
  return texts
    .filter((text) => text !== '')
    .join(', ')
    .replaceAll(' · ', ', ');
}
