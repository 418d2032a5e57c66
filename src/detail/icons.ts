/** Codicon names by Sequin's state names. */
const stateIcons: Readonly<Record<string, string>> = {
  active: 'sync',
  paused: 'debug-pause',
  completed: 'pass',
  cancelled: 'circle-slash',
  failed: 'error',
};

/** The codicon name of a backfill's state; `question` for an unknown state. */
export function getStateIcon(state: string): string {
  return Object.hasOwn(stateIcons, state) ? (stateIcons[state] ?? 'question') : 'question';
}
