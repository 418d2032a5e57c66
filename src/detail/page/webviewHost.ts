import { type PageRef, parsePageRef } from '../../model/BackfillRef.ts';
import type { PageAction, PageMessage } from '../protocol.ts';

// VS Code's API for webviews: messages to the extension, and a state that outlives the document.

const vscodeApi = acquireVsCodeApi();

/** Reports that the page can receive messages. */
export function reportReady(): void {
  // The extension may run on a remote machine in another time zone.
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  postToExtension({ type: 'ready', timeZone });
}

/** Asks the extension to run an action on the backfill or sink that the page shows. */
export function runAction(action: PageAction): void {
  const { ref } = savedState;
  if (ref !== undefined) {
    postToExtension({ type: 'run', ref, action });
  }
}

/** Asks the extension to open the page of a backfill of the same sink. */
export function openBackfill(backfillId: string): void {
  const { ref } = savedState;
  if (ref !== undefined) {
    postToExtension({ type: 'openBackfill', ref, backfillId });
  }
}

function postToExtension(message: PageMessage): void {
  vscodeApi.postMessage(message);
}

/** The state that the page saves, and restores when VS Code loads the page again. */
interface PageState {
  /** The backfill or sink that the page shows or showed last; undefined before the first content. */
  readonly ref: PageRef | undefined;
  /** The names of the open sections. */
  readonly openSections: readonly string[];
  /** The scroll position in pixels. */
  readonly scrollTop: number;
  /** The id of the initial content that was shown. */
  readonly contentId?: string;
}

let savedState = parseSavedState(vscodeApi.getState());

/** Returns the saved state. */
export function getSavedState(): PageState {
  return savedState;
}

/** Saves a change of the state. */
export function saveState(change: Partial<PageState>): void {
  savedState = { ...savedState, ...change };
  const { ref, ...others } = savedState;
  // When VS Code restores the window, it passes this state to the extension, which reads the fields of `ref` from it.
  vscodeApi.setState({ ...ref, ...others });
}

function parseSavedState(state: unknown): PageState {
  const { openSections, scrollTop, contentId } = (state ?? {}) as Partial<Record<keyof PageState, unknown>>;
  return {
    ref: parsePageRef(state),
    openSections: Array.isArray(openSections) ? openSections.filter((name) => typeof name === 'string') : [],
    scrollTop: typeof scrollTop === 'number' ? scrollTop : 0,
    ...(typeof contentId === 'string' ? { contentId } : {}),
  };
}
