import type { PageMessage } from '../protocol.ts';

// VS Code's API for webviews: messages to the extension, and a state that outlives the document.

const vscodeApi = acquireVsCodeApi();

/** Sends a message to the extension. */
export function send(message: PageMessage): void {
  vscodeApi.postMessage(message);
}

/** The page's own part of the saved state. The other part is the reference to what it shows. */
interface SavedState {
  /** The names of the open sections. */
  readonly openSections: readonly string[];
  /** The scroll position in pixels. */
  readonly scrollTop: number;
  /** The id of the initial content that was shown. */
  readonly contentId?: string;
}

// VS Code discards the document of a hidden page, and passes the state to the extension when it restores the window.
const pageRef: unknown = JSON.parse(decodeURIComponent(document.body.dataset['key'] ?? 'null'));
let savedState = parseSavedState(vscodeApi.getState());
saveState({});

/** Returns the saved state. */
export function getSavedState(): SavedState {
  return savedState;
}

/** Saves a change of the state. */
export function saveState(change: Partial<SavedState>): void {
  savedState = { ...savedState, ...change };
  vscodeApi.setState({ ...(typeof pageRef === 'object' ? pageRef : {}), ...savedState });
}

function parseSavedState(state: unknown): SavedState {
  const { openSections, scrollTop, contentId } = (state ?? {}) as Partial<Record<keyof SavedState, unknown>>;
  return {
    openSections: Array.isArray(openSections) ? openSections.filter((name) => typeof name === 'string') : [],
    scrollTop: typeof scrollTop === 'number' ? scrollTop : 0,
    ...(typeof contentId === 'string' ? { contentId } : {}),
  };
}
