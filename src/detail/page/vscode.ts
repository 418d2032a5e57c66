import type { FromPage } from '../protocol.ts';

// What VS Code gives a page: somebody to talk to, and a place to keep something.

const api = acquireVsCodeApi();

/** Says something to the extension. */
export function send(message: FromPage): void {
  api.postMessage(message);
}

/** What the page keeps of itself, beside which backfill it shows. */
interface Kept {
  /** The names of what was opened. */
  readonly open: readonly string[];
  /** How far it was scrolled, in pixels. */
  readonly scrolled: number;
}

// A hidden page is thrown away, and loaded again when it is shown.
const key: unknown = JSON.parse(decodeURIComponent(document.body.dataset['key'] ?? 'null'));
let kept = keptBefore(api.getState());
keep({});

/** What was kept when the page was last here. */
export function lastKept(): Kept {
  return kept;
}

/** Keeps something over the time in which the page is hidden. */
export function keep(change: Partial<Kept>): void {
  kept = { ...kept, ...change };
  api.setState({ ...(typeof key === 'object' ? key : {}), ...kept });
}

function keptBefore(state: unknown): Kept {
  const { open, scrolled } = (state ?? {}) as Partial<Record<keyof Kept, unknown>>;
  return {
    open: Array.isArray(open) ? open.filter((name) => typeof name === 'string') : [],
    scrolled: typeof scrolled === 'number' ? scrolled : 0,
  };
}
