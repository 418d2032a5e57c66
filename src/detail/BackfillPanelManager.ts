import * as vscode from 'vscode';
import { backfillPanelType } from '../contributions/viewIds.ts';
import { type BackfillRef, getRefKey, parseBackfillRef } from '../model/BackfillRef.ts';
import { findBackfill } from '../servers/Snapshot.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { formatTableName } from '../text/backfillText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';
import { BackfillPanel, type BackfillPanelOptions } from './BackfillPanel.ts';

/** The longest time between the clicks of a double click. */
const doubleClickMs = 500;

/** A panel, and the backfill that it shows. */
interface OpenPanel {
  readonly panel: vscode.WebviewPanel;
  readonly ref: BackfillRef;
  readonly content: BackfillPanel;
}

/** How to open a panel. */
export interface OpenPanelOptions {
  /** Keeps the focus where it is, as when the user steps through rows. */
  readonly preserveFocus?: boolean;
  /** Opens a panel to stay, beside the active editor. */
  readonly toSide?: boolean;
}

/**
 * Manages the panels of backfills: one preview, which shows the backfill that was opened last, and those that stay
 * open after a double click. Restores the panels after a window reload.
 */
export class BackfillPanelManager extends DisposableBase implements vscode.WebviewPanelSerializer {
  readonly #options: BackfillPanelOptions;
  readonly #clock: Clock;
  readonly #panels = new Map<vscode.WebviewPanel, OpenPanel>();
  /** The panel that the next backfill replaces. */
  #preview: vscode.WebviewPanel | undefined;
  #lastOpened: { readonly key: string; readonly at: number } | undefined;

  constructor(options: BackfillPanelOptions, clock: Clock) {
    super();
    this.#options = options;
    this.#clock = clock;
    this.register(vscode.window.registerWebviewPanelSerializer(backfillPanelType, this));
  }

  /** Shows a backfill: in its panel, or else in the preview. A second time within a double click, the panel stays. */
  open(ref: BackfillRef, { preserveFocus = false, toSide = false }: OpenPanelOptions = {}): void {
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

  /** Whether the page of a backfill is visible. */
  isShown(ref: BackfillRef): boolean {
    return this.#findPanel(ref)?.visible === true;
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const ref = parseBackfillRef(state);
    if (ref === undefined || this.#findPanel(ref) !== undefined) {
      panel.dispose();
    } else {
      this.#addPanel(panel, ref);
    }
    return Promise.resolve();
  }

  override dispose(): void {
    for (const { content } of this.#panels.values()) {
      content.dispose();
    }
    super.dispose();
  }

  #isSecondClick(ref: BackfillRef): boolean {
    const [key, at] = [getRefKey(ref), this.#clock.now()];
    const previous = this.#lastOpened;
    this.#lastOpened = { key, at };
    return previous?.key === key && at - previous.at < doubleClickMs;
  }

  #findPanel(ref: BackfillRef): vscode.WebviewPanel | undefined {
    const key = getRefKey(ref);
    return [...this.#panels.values()].find((open) => getRefKey(open.ref) === key)?.panel;
  }

  /** Shows a backfill in the preview, or in a new panel if there is none or if it opens to the side. */
  #show(ref: BackfillRef, preserveFocus: boolean, toSide: boolean): void {
    const preview = this.#preview;
    if (!toSide && preview !== undefined && !isPinned(preview)) {
      this.#setContent(preview, ref);
      preview.reveal(undefined, preserveFocus);
      return;
    }
    const viewColumn = toSide ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
    const options = { viewColumn, preserveFocus };
    const panel = vscode.window.createWebviewPanel(backfillPanelType, this.#createTitle(ref), options);
    if (!toSide) {
      this.#preview = panel;
    }
    this.#addPanel(panel, ref);
  }

  #createTitle(ref: BackfillRef): string {
    const monitor = this.#options.servers.getMonitor(ref.connectionId);
    const backfill = monitor && findBackfill(monitor.snapshot, ref.sinkId, ref.backfillId);
    return backfill === undefined ? toDisplayText(ref.backfillId) : formatTableName(backfill);
  }

  #addPanel(panel: vscode.WebviewPanel, ref: BackfillRef): void {
    this.#setContent(panel, ref);
    panel.onDidDispose(() => {
      this.#panels.get(panel)?.content.dispose();
      this.#panels.delete(panel);
      if (this.#preview === panel) {
        this.#preview = undefined;
      }
    });
  }

  #setContent(panel: vscode.WebviewPanel, ref: BackfillRef): void {
    this.#panels.get(panel)?.content.dispose();
    this.#panels.set(panel, { panel, ref, content: new BackfillPanel(panel, ref, this.#options) });
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
        input.viewType.endsWith(backfillPanelType),
    ),
  );
}
