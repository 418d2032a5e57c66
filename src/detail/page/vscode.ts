import type { PageMessage } from '../protocol.ts';

// What VS Code gives a page: somebody to talk to, and a place to keep something.

const vscodeApi = acquireVsCodeApi();

/** Says something to the extension. */
export function send(message: PageMessage): void {
  vscodeApi.postMessage(message);
}

/** What the page keeps of itself, beside which backfill it shows. */
interface SavedState {
  /** The names of what was opened. */
  readonly openSections: readonly string[];
  /** How far it was scrolled, in pixels. */
  readonly scrollTop: number;
}

// A hidden page is thrown away, and loaded again when it is shown.
const backfillRef: unknown = JSON.parse(decodeURIComponent(document.body.dataset['key'] ?? 'null'));
let savedState = parseSavedState(vscodeApi.getState());
saveState({});

/** What was kept when the page was last here. */
export function getSavedState(): SavedState {
  return savedState;
}

/** Keeps something over the time in which the page is hidden. */
export function saveState(change: Partial<SavedState>): void {
  savedState = { ...savedState, ...change };
  vscodeApi.setState({ ...(typeof backfillRef === 'object' ? backfillRef : {}), ...savedState });
}

function parseSavedState(state: unknown): SavedState {
  const { openSections, scrollTop } = (state ?? {}) as Partial<Record<keyof SavedState, unknown>>;
  return {
    openSections: Array.isArray(openSections) ? openSections.filter((name) => typeof name === 'string') : [],
    scrollTop: typeof scrollTop === 'number' ? scrollTop : 0,
  };
}
