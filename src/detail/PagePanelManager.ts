import * as vscode from 'vscode';
import { contextKeys } from '../contributions/contextKeys.ts';
import { setContextKey } from '../contributions/setContextKey.ts';
import { pagePanelType } from '../contributions/viewIds.ts';
import { getRefKey, type PageRef, parsePageRef } from '../model/BackfillRef.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { toDisplayText } from '../text/toDisplayText.ts';
import { createPage } from './pageContent.ts';
import { PagePanel, type PagePanelOptions } from './PagePanel.ts';

/** The clicks of a double click are less than this many milliseconds apart. */
const doubleClickMs = 500;

/** How to open a panel. */
export interface OpenPanelOptions {
  /** Keeps the focus where it is, such as while the user steps through the rows of the tree. */
  readonly preserveFocus?: boolean;
  /** Opens the page beside the active editor, in a panel that keeps this page. */
  readonly toSide?: boolean;
}

/**
 * Manages the panels of backfills and sinks. At most one panel is the preview: the next page that the user opens
 * replaces the page of the preview. After a double click or **Open to the Side**, a panel keeps its page. Restores the
 * panels after a window reload.
 */
export class PagePanelManager extends DisposableBase {
  readonly #options: PagePanelOptions;
  readonly #clock: Clock;
  readonly #panels = new Map<vscode.WebviewPanel, PagePanel>();
  #preview: vscode.WebviewPanel | undefined;
  /** The page that was opened last, and when: the monotonic time in milliseconds. */
  #lastOpened: { readonly key: string; readonly openedAt: number } | undefined;

  constructor(options: PagePanelOptions, clock: Clock) {
    super();
    this.#options = options;
    this.#clock = clock;
  }

  /**
   * Shows a page in its panel or, if the page has no panel, in the preview. After a double click, the preview keeps its
   * page.
   */
  open(ref: PageRef, { preserveFocus = false, toSide = false }: OpenPanelOptions = {}): void {
    const isSecondClick = this.#isSecondClick(ref);
    const existing = this.#findPanel(ref);
    if (existing === undefined) {
      this.#show(ref, preserveFocus, toSide);
      return;
    }
    if ((isSecondClick || toSide) && this.#preview === existing) {
      this.#preview = undefined;
    }
    // A page that is already visible takes the focus, so that keyboard users can reach it.
    const keepsFocus = preserveFocus && !isSecondClick && !existing.visible;
    existing.reveal(toSide ? vscode.ViewColumn.Beside : undefined, keepsFocus);
  }

  /** Whether a page is visible. */
  isShown(ref: PageRef): boolean {
    return this.#findPanel(ref)?.visible === true;
  }

  /**
   * Shows a page again in the panel that showed it before a window reload. Closes the panel if another panel already
   * shows the page, or if `state`, which the page saved, is invalid.
   */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    const ref = parsePageRef(state);
    if (ref === undefined || this.#findPanel(ref) !== undefined) {
      panel.dispose();
    } else {
      this.#addPanel(panel, ref);
    }
  }

  override dispose(): void {
    for (const page of this.#panels.values()) {
      page.dispose();
    }
    super.dispose();
  }

  #isSecondClick(ref: PageRef): boolean {
    const [key, openedAt] = [getRefKey(ref), this.#clock.monotonicNow()];
    const previous = this.#lastOpened;
    this.#lastOpened = { key, openedAt };
    return previous?.key === key && openedAt - previous.openedAt < doubleClickMs;
  }

  #findPanel(ref: PageRef): vscode.WebviewPanel | undefined {
    const key = getRefKey(ref);
    return [...this.#panels].find(([, page]) => getRefKey(page.ref) === key)?.[0];
  }

  /**
   * Shows a page in the preview, or in a new panel if there is no preview, if the preview is pinned, or if the page
   * opens to the side.
   */
  #show(ref: PageRef, preserveFocus: boolean, toSide: boolean): void {
    const preview = this.#preview;
    if (!toSide && preview !== undefined && !isPinned(preview)) {
      preview.title = this.#createTitle(ref);
      this.#panels.get(preview)?.show(ref);
      preview.reveal(undefined, preserveFocus);
      return;
    }
    const viewColumn = toSide ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
    const options = { viewColumn, preserveFocus };
    const panel = vscode.window.createWebviewPanel(pagePanelType, this.#createTitle(ref), options);
    setContextKey(contextKeys.hasOpenedPage, true);
    this.#addPanel(panel, ref);
    if (!toSide) {
      this.#preview = panel;
    }
  }

  #createTitle(ref: PageRef): string {
    const monitor = this.#options.servers.getMonitor(ref.connectionId);
    const content = monitor && createPage(ref, monitor);
    return content?.page.tabTitle ?? toDisplayText(ref.backfillId ?? ref.sinkId);
  }

  /**
   * Shows a page in a panel that has no page yet, or closes the panel if that fails.
   * @throws Error if a file of the page can't be read, for example after an update of the extension
   */
  #addPanel(panel: vscode.WebviewPanel, ref: PageRef): void {
    try {
      this.#panels.set(panel, new PagePanel(panel, ref, this.#options));
    } catch (error) {
      panel.dispose();
      throw error;
    }
    panel.onDidDispose(() => {
      this.#panels.get(panel)?.dispose();
      this.#panels.delete(panel);
      if (this.#preview === panel) {
        this.#preview = undefined;
      }
    });
  }
}

/**
 * Whether the user pinned the tab of a panel. VS Code's API has no ids for tabs, so this function compares their
 * labels.
 */
function isPinned({ title }: vscode.WebviewPanel): boolean {
  return vscode.window.tabGroups.all.some(({ tabs }) =>
    tabs.some(
      ({ label, input, isPinned: pinned }) =>
        pinned &&
        label === title &&
        input instanceof vscode.TabInputWebview &&
        input.viewType.endsWith(pagePanelType),
    ),
  );
}
