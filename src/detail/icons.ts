/** The codicons of the page, by Sequin's words. */
const stateIcons: Readonly<Record<string, string>> = {
  active: 'sync',
  paused: 'debug-pause',
  completed: 'pass',
  cancelled: 'circle-slash',
  failed: 'error',
};

/** The icon of a backfill's state; a question mark for a state that is not known. */
export function stateIcon(state: string): string {
  return Object.hasOwn(stateIcons, state) ? (stateIcons[state] ?? 'question') : 'question';
}
