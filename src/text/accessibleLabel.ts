/**
 * Joins texts into a label for screen readers: `public.orders, Stalled, 47%, sink paused, 1 h`. Also replaces each ` · ` by
 * a comma: some screen readers read the dot aloud, but make a short pause at a comma.
 */
export function formatAccessibleLabel(...texts: readonly string[]): string {
  return texts
    .filter((text) => text !== '')
    .join(', ')
    .replaceAll(' · ', ', ');
}
