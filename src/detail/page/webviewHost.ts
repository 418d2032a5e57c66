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

/** Runs an action on what the page shows. */
export function runAction(action: PageAction): void {
  const { ref } = savedState;
  if (ref !== undefined) {
    postToExtension({ type: 'run', ref, action });
  }
}

/** Opens the page of a backfill of the same sink. */
export function openBackfill(backfillId: string): void {
  const { ref } = savedState;
  if (ref !== undefined) {
    postToExtension({ type: 'openBackfill', ref, backfillId });
  }
}

function postToExtension(message: PageMessage): void {
  vscodeApi.postMessage(message);
}

/** What the page saves, for when VS Code loads it again. */
interface PageState {
  /** What the page shows, or last showed; undefined before the first content. */
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
  // VS Code passes the state to the extension when it restores the window, which reads the fields of the reference.
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
