import * as vscode from 'vscode';
import type { Monitors } from '../monitor/Monitors.ts';
import { findBackfill } from '../monitor/Snapshot.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { tableName } from '../text/backfillText.ts';
import { BackfillPanel } from './BackfillPanel.ts';
import type { BackfillKey } from './pageContent.ts';

const viewType = 'sequin.backfill';

/** The open pages of backfills: one panel each. Restores them after a reload of the window. */
export class BackfillPanels extends DisposableBase implements vscode.WebviewPanelSerializer {
  readonly #parts: { readonly monitors: Monitors; readonly extensionUri: vscode.Uri };
  readonly #panels = new Map<string, BackfillPanel>();

  constructor(parts: { monitors: Monitors; extensionUri: vscode.Uri }) {
    super();
    this.#parts = parts;
    this.register(vscode.window.registerWebviewPanelSerializer(viewType, this));
  }

  /** Opens the page of a backfill, or shows the one that is open. */
  open(key: BackfillKey): void {
    const open = this.#panels.get(panelId(key));
    if (open !== undefined) {
      open.reveal();
      return;
    }
    const monitor = this.#parts.monitors.of(key.address);
    const backfill = monitor && findBackfill(monitor.snapshot, key.sinkId, key.backfillId);
    const title = backfill === undefined ? key.backfillId : tableName(backfill);
    this.#adopt(vscode.window.createWebviewPanel(viewType, title, vscode.ViewColumn.Active), key);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const key = readKey(state);
    if (key === undefined || this.#panels.has(panelId(key))) {
      panel.dispose();
    } else {
      this.#adopt(panel, key);
    }
    return Promise.resolve();
  }

  #adopt(panel: vscode.WebviewPanel, key: BackfillKey): void {
    const id = panelId(key);
    const owned = new BackfillPanel(panel, key, this.#parts);
    this.#panels.set(id, owned);
    panel.onDidDispose(() => {
      this.#panels.delete(id);
      owned.dispose();
    });
  }

  override dispose(): void {
    for (const panel of this.#panels.values()) {
      panel.dispose();
    }
    super.dispose();
  }
}

function panelId({ address, sinkId, backfillId }: BackfillKey): string {
  return `${address}/${sinkId}/${backfillId}`;
}

/** What the page kept of itself. */
function readKey(state: unknown): BackfillKey | undefined {
  if (typeof state !== 'object' || state === null) {
    return undefined;
  }
  const { address, sinkId, backfillId } = state as Partial<Record<keyof BackfillKey, unknown>>;
  return typeof address === 'string' && typeof sinkId === 'string' && typeof backfillId === 'string'
    ? { address, sinkId, backfillId }
    : undefined;
}
