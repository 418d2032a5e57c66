import * as vscode from 'vscode';
import type { Failure } from '../api/failure.ts';
import type { Monitor } from '../monitor/Monitor.ts';
import type { Monitors } from '../monitor/Monitors.ts';
import { findBackfill } from '../monitor/Snapshot.ts';
import { DisposableBase, type Disposable } from '../shared/lifecycle.ts';
import { pageContent, type BackfillKey } from './pageContent.ts';
import type { PageAction } from './protocol.ts';

/** The page of one backfill in a webview panel, drawn from the monitor while it can be seen. */
export class BackfillPanel extends DisposableBase {
  readonly #panel: vscode.WebviewPanel;
  readonly #key: BackfillKey;
  readonly #monitors: Monitors;
  #watch: Disposable | undefined;
  /** Why the backfill itself could not be read. */
  #failure: Failure | undefined;
  /** What the page was last sent; undefined where it may not have it. */
  #shown: string | undefined;

  constructor(
    panel: vscode.WebviewPanel,
    key: BackfillKey,
    { monitors, extensionUri }: { monitors: Monitors; extensionUri: vscode.Uri },
  ) {
    super();
    this.#panel = panel;
    this.#key = key;
    this.#monitors = monitors;
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist')],
    };
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'page.svg');
    this.register(
      panel.webview.onDidReceiveMessage((message: unknown) => {
        void this.#receive(message);
      }),
    );
    this.register(
      panel.onDidChangeViewState(() => {
        this.#follow();
      }),
    );
    this.register(
      monitors.onDidSwitch(() => {
        this.#follow();
      }),
    );
    this.register(
      monitors.onDidChange(({ monitor, change: { backfillIds, sinkIds, sinksLoad } }) => {
        if (monitor !== this.#monitor) {
          return;
        }
        if (panel.visible && backfillIds.has(key.backfillId)) {
          // It may have vanished: the server says how.
          void this.#ensureKnown(monitor);
        }
        if (sinksLoad || sinkIds.has(key.sinkId) || backfillIds.has(key.backfillId)) {
          this.#show();
        }
      }),
    );
    panel.webview.html = pageHtml(panel.webview, extensionUri, key);
    this.#follow();
  }

  /** The monitor of its server; undefined where that is not connected to. */
  get #monitor(): Monitor | undefined {
    return this.#monitors.of(this.#key.address);
  }

  reveal(): void {
    this.#panel.reveal();
  }

  override dispose(): void {
    this.#watch?.dispose();
    super.dispose();
  }

  /** Keeps the monitor live while the page can be seen, and nobody's time busy while it cannot. */
  #follow(): void {
    const before = this.#watch;
    const monitor = this.#monitor;
    this.#watch = this.#panel.visible ? monitor?.watch('view') : undefined;
    // Not before there is another one: what is watched on and on is not to rest in between.
    before?.dispose();
    // A page that was hidden is loaded anew.
    this.#shown = undefined;
    if (this.#panel.visible && monitor !== undefined) {
      void this.#ensureKnown(monitor);
    }
    this.#show();
  }

  /** An ended backfill is in no list that is asked for regularly: it is asked for by itself, once. */
  async #ensureKnown(monitor: Monitor): Promise<void> {
    const { sinkId, backfillId } = this.#key;
    await monitor.ensureSinks();
    if (findBackfill(monitor.snapshot, sinkId, backfillId) === undefined) {
      this.#failure = await monitor.loadBackfill(sinkId, backfillId);
      this.#show();
    }
    // The earlier runs of its table.
    monitor.ensureHistory(sinkId);
  }

  /**
   * Sends what there is to show, if somebody sees it and it is news. VS Code hands it over as soon as the page is
   * loaded: at first nobody waits for the page to say so.
   */
  #show(): void {
    if (!this.#panel.visible) {
      return;
    }
    const content = pageContent(this.#key, this.#monitor, this.#failure);
    const text = JSON.stringify(content);
    if (text === this.#shown) {
      return;
    }
    this.#shown = text;
    if (content.page !== null && content.page.title !== this.#panel.title) {
      this.#panel.title = content.page.title;
    }
    void this.#panel.webview.postMessage(content);
  }

  async #receive(message: unknown): Promise<void> {
    // What checks the messages is loaded with the first page.
    const { receiveFromPage } = await import('./protocol.ts');
    receiveFromPage(message, {
      ready: () => {
        // What was sent before may have come while nobody listened yet.
        this.#shown = undefined;
        this.#show();
      },
      run: ({ action }) => void this.#run(action),
      openRun: ({ backfillId }) =>
        void vscode.commands.executeCommand('sequin.openBackfill', { ...this.#key, backfillId }),
    });
  }

  async #run(action: PageAction): Promise<void> {
    if (action === 'refresh') {
      const monitor = this.#monitor;
      await monitor?.refresh();
      if (monitor !== undefined) {
        await this.#ensureKnown(monitor);
      }
      return;
    }
    await vscode.commands.executeCommand(`sequin.${action}`, { kind: 'backfill', ...this.#key });
  }
}

/** The page: no inline script or style, nothing remote, and what it may load is named. */
function pageHtml(webview: vscode.Webview, extensionUri: vscode.Uri, key: BackfillKey): string {
  const nonce = crypto.randomUUID();
  const dist = (file: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', file)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; font-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!doctype html>
<html lang="${vscode.env.language}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="${dist('page-style.css')}" />
    <script type="module" nonce="${nonce}" src="${dist('page.js')}"></script>
  </head>
  <body data-key="${encodeURIComponent(JSON.stringify(key))}">
    <main></main>
  </body>
</html>`;
}
