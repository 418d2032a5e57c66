import * as vscode from 'vscode';
import { contextKeys } from '../contributions/contextKeys.ts';
import { setContextKey } from '../contributions/setContextKey.ts';
import { pagePanelType } from '../contributions/viewIds.ts';
import { getRefKey, type PageRef, parsePageRef } from '../model/BackfillRef.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { toDisplayText } from '../text/toDisplayText.ts';
import { PagePanel, type PagePanelOptions } from './PagePanel.ts';
import { createPageSubject } from './PageSubject.ts';

/** The longest time between the clicks of a double click. */
const doubleClickMs = 500;

/** A panel, and what it shows. */
interface OpenPanel {
  readonly panel: vscode.WebviewPanel;
  readonly ref: PageRef;
  readonly content: PagePanel;
}

/** How to open a panel. */
export interface OpenPanelOptions {
  /** Keeps the focus where it is, as when the user steps through rows. */
  readonly preserveFocus?: boolean;
  /** Opens a panel to stay, beside the active editor. */
  readonly toSide?: boolean;
}

/**
 * Manages the pages of backfills and sinks: one preview, which shows what was opened last, and those that stay open
 * after a double click. Restores the pages after a window reload.
 */
export class PagePanelManager extends DisposableBase {
  readonly #options: PagePanelOptions;
  readonly #clock: Clock;
  readonly #panels = new Map<vscode.WebviewPanel, OpenPanel>();
  /** The panel whose page the next one replaces. */
  #preview: vscode.WebviewPanel | undefined;
  #lastOpened: { readonly key: string; readonly at: number } | undefined;

  constructor(options: PagePanelOptions, clock: Clock) {
    super();
    this.#options = options;
    this.#clock = clock;
  }

  /** Shows a page: in its panel, or else in the preview. A second time within a double click, the panel stays. */
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
    // Opening a page that is visible already moves the focus to it: the way into the page with the keyboard.
    const keepsFocus = preserveFocus && !isSecondClick && !existing.visible;
    existing.reveal(toSide ? vscode.ViewColumn.Beside : undefined, keepsFocus);
  }

  /** Whether a page is visible. */
  isShown(ref: PageRef): boolean {
    return this.#findPanel(ref)?.visible === true;
  }

  /** Shows the page again that a panel showed before a window reload. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    const ref = parsePageRef(state);
    if (ref === undefined || this.#findPanel(ref) !== undefined) {
      panel.dispose();
    } else {
      this.#addPanel(panel, ref);
    }
  }

  override dispose(): void {
    for (const { content } of this.#panels.values()) {
      content.dispose();
    }
    super.dispose();
  }

  #isSecondClick(ref: PageRef): boolean {
    const [key, at] = [getRefKey(ref), this.#clock.now()];
    const previous = this.#lastOpened;
    this.#lastOpened = { key, at };
    return previous?.key === key && at - previous.at < doubleClickMs;
  }

  #findPanel(ref: PageRef): vscode.WebviewPanel | undefined {
    const key = getRefKey(ref);
    return [...this.#panels.values()].find((open) => getRefKey(open.ref) === key)?.panel;
  }

  /** Shows a page in the preview, or in a new panel if there is none or if it opens to the side. */
  #show(ref: PageRef, preserveFocus: boolean, toSide: boolean): void {
    const preview = this.#preview;
    if (!toSide && preview !== undefined && !isPinned(preview)) {
      this.#setContent(preview, ref);
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
    const content = monitor && createPageSubject(ref).createPage(monitor, {});
    return content?.page.tabTitle ?? toDisplayText(ref.backfillId ?? ref.sinkId);
  }

  #addPanel(panel: vscode.WebviewPanel, ref: PageRef): void {
    panel.onDidDispose(() => {
      this.#panels.get(panel)?.content.dispose();
      this.#panels.delete(panel);
      if (this.#preview === panel) {
        this.#preview = undefined;
      }
    });
    try {
      this.#setContent(panel, ref);
    } catch (error) {
      // The files of the page can't be read, such as after an update of the extension.
      panel.dispose();
      throw error;
    }
  }

  #setContent(panel: vscode.WebviewPanel, ref: PageRef): void {
    this.#panels.get(panel)?.content.dispose();
    this.#panels.set(panel, { panel, ref, content: new PagePanel(panel, ref, this.#options) });
  }
}

/** Whether the user pinned the tab of a panel. VS Code identifies tabs by their labels only. */
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
