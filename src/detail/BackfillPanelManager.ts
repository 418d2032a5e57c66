import * as vscode from 'vscode';
import { backfillPanelType } from '../contributions/viewIds.ts';
import { type BackfillRef, getRefKey, parseBackfillRef } from '../model/BackfillRef.ts';
import { findBackfill } from '../servers/Snapshot.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { formatTableName } from '../text/backfillText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';
import { BackfillPanel, type BackfillPanelOptions } from './BackfillPanel.ts';

/** Manages one panel for each open backfill, and restores the panels after a window reload. */
export class BackfillPanelManager extends DisposableBase implements vscode.WebviewPanelSerializer {
  readonly #options: BackfillPanelOptions;
  readonly #panels = new Map<string, BackfillPanel>();

  constructor(options: BackfillPanelOptions) {
    super();
    this.#options = options;
    this.register(vscode.window.registerWebviewPanelSerializer(backfillPanelType, this));
  }

  /** Opens the panel of a backfill, or reveals it if it is already open. */
  open(ref: BackfillRef): void {
    const existingPanel = this.#panels.get(getRefKey(ref));
    if (existingPanel !== undefined) {
      existingPanel.reveal();
      return;
    }
    const monitor = this.#options.servers.getMonitor(ref.connectionId);
    const backfill = monitor && findBackfill(monitor.snapshot, ref.sinkId, ref.backfillId);
    const title = backfill === undefined ? toDisplayText(ref.backfillId) : formatTableName(backfill);
    this.#addPanel(vscode.window.createWebviewPanel(backfillPanelType, title, vscode.ViewColumn.Active), ref);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const ref = parseBackfillRef(state);
    if (ref === undefined || this.#panels.has(getRefKey(ref))) {
      panel.dispose();
    } else {
      this.#addPanel(panel, ref);
    }
    return Promise.resolve();
  }

  #addPanel(panel: vscode.WebviewPanel, ref: BackfillRef): void {
    const id = getRefKey(ref);
    const backfillPanel = new BackfillPanel(panel, ref, this.#options);
    this.#panels.set(id, backfillPanel);
    panel.onDidDispose(() => {
      this.#panels.delete(id);
      backfillPanel.dispose();
    });
  }

  override dispose(): void {
    for (const panel of this.#panels.values()) {
      panel.dispose();
    }
    super.dispose();
  }
}
