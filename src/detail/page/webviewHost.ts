import type { PageMessage } from '../protocol.ts';

// VS Code's API for webviews: messages to the extension, and a state that outlives the document.

const vscodeApi = acquireVsCodeApi();

/** Sends a message to the extension. */
export function postToExtension(message: PageMessage): void {
  vscodeApi.postMessage(message);
}

/** The saved state, without the reference to what the page shows. */
interface PageState {
  /** The names of the open sections. */
  readonly openSections: readonly string[];
  /** The scroll position in pixels. */
  readonly scrollTop: number;
  /** The id of the initial content that was shown. */
  readonly contentId?: string;
}

// VS Code passes the state to the extension when it restores the window, so the state contains what the page shows. It
// is saved at once, since the window may close before any change.
const pageRef: unknown = JSON.parse(decodeURIComponent(document.body.dataset['ref'] ?? 'null'));
let savedState = parseSavedState(vscodeApi.getState());
saveState({});

/** Returns the saved state. */
export function getSavedState(): PageState {
  return savedState;
}

/** Saves a change of the state. */
export function saveState(change: Partial<PageState>): void {
  savedState = { ...savedState, ...change };
  vscodeApi.setState({ ...(typeof pageRef === 'object' ? pageRef : {}), ...savedState });
}

function parseSavedState(state: unknown): PageState {
  const { openSections, scrollTop, contentId } = (state ?? {}) as Partial<Record<keyof PageState, unknown>>;
  return {
    openSections: Array.isArray(openSections) ? openSections.filter((name) => typeof name === 'string') : [],
    scrollTop: typeof scrollTop === 'number' ? scrollTop : 0,
    ...(typeof contentId === 'string' ? { contentId } : {}),
  };
}
