import * as vscode from 'vscode';
import { commandIds } from '../contributions/commandIds.ts';
import type { Failure } from '../api/failure.ts';
import type { BackfillRef } from '../model/BackfillRef.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import { findBackfill } from '../servers/Snapshot.ts';
import { DisposableBase, type Disposable } from '../shared/lifecycle.ts';
import { createPageContent } from './pageContent.ts';
import type { PageAction } from './protocol.ts';

/** The page of one backfill in a webview panel, drawn from the monitor while it can be seen. */
export class BackfillPanel extends DisposableBase {
  readonly #panel: vscode.WebviewPanel;
  readonly #ref: BackfillRef;
  readonly #servers: ServerRegistry;
  #watch: Disposable | undefined;
  /** Why the backfill itself could not be read. */
  #failure: Failure | undefined;
  /** What the page was last sent; undefined where it may not have it. */
  #lastSent: string | undefined;

  constructor(
    panel: vscode.WebviewPanel,
    key: BackfillRef,
    { servers, extensionUri }: { servers: ServerRegistry; extensionUri: vscode.Uri },
  ) {
    super();
    this.#panel = panel;
    this.#ref = key;
    this.#servers = servers;
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist')],
    };
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'page.svg');
    this.register(
      panel.webview.onDidReceiveMessage((message: unknown) => {
        void this.#handleMessage(message);
      }),
    );
    this.register(
      panel.onDidChangeViewState(() => {
        this.#updateWatch();
      }),
    );
    this.register(
      servers.onDidChangeServers(() => {
        this.#updateWatch();
      }),
    );
    this.register(
      servers.onDidChangeSnapshot(
        ({ monitor, change: { changedBackfillIds, changedSinkIds, sinksLoadChanged } }) => {
          if (monitor !== this.#monitor) {
            return;
          }
          if (panel.visible && changedBackfillIds.has(key.backfillId)) {
            // It may have vanished: the server says how.
            void this.#ensureLoaded(monitor);
          }
          if (sinksLoadChanged || changedSinkIds.has(key.sinkId) || changedBackfillIds.has(key.backfillId)) {
            this.#sendContent();
          }
        },
      ),
    );
    panel.webview.html = createPageHtml(panel.webview, extensionUri, key);
    this.#updateWatch();
  }

  /** The monitor of its server; undefined where that is not connected to. */
  get #monitor(): ServerMonitor | undefined {
    return this.#servers.getMonitor(this.#ref.address);
  }

  reveal(): void {
    this.#panel.reveal();
  }

  override dispose(): void {
    this.#watch?.dispose();
    super.dispose();
  }

  /** Keeps the monitor live while the page can be seen, and nobody's time busy while it cannot. */
  #updateWatch(): void {
    const previousWatch = this.#watch;
    const monitor = this.#monitor;
    this.#watch = this.#panel.visible ? monitor?.watch('view') : undefined;
    // Not before there is another one: what is watched on and on is not to rest in between.
    previousWatch?.dispose();
    // A page that was hidden is loaded anew.
    this.#lastSent = undefined;
    if (this.#panel.visible && monitor !== undefined) {
      void this.#ensureLoaded(monitor);
    }
    this.#sendContent();
  }

  /** An ended backfill is in no list that is asked for regularly: it is asked for by itself, once. */
  async #ensureLoaded(monitor: ServerMonitor): Promise<void> {
    const { sinkId, backfillId } = this.#ref;
    await monitor.ensureSinks();
    if (findBackfill(monitor.snapshot, sinkId, backfillId) === undefined) {
      this.#failure = await monitor.loadBackfill(sinkId, backfillId);
      this.#sendContent();
    }
    // The earlier runs of its table.
    monitor.ensureBackfillList(sinkId);
  }

  /**
   * Sends what there is to show, if somebody sees it and it is news. VS Code hands it over as soon as the page is
   * loaded: at first nobody waits for the page to say so.
   */
  #sendContent(): void {
    if (!this.#panel.visible) {
      return;
    }
    const content = createPageContent(this.#ref, this.#monitor, this.#failure);
    const serialized = JSON.stringify(content);
    if (serialized === this.#lastSent) {
      return;
    }
    this.#lastSent = serialized;
    if (content.page !== null && content.page.title !== this.#panel.title) {
      this.#panel.title = content.page.title;
    }
    void this.#panel.webview.postMessage(content);
  }

  async #handleMessage(message: unknown): Promise<void> {
    // What checks the messages is loaded with the first page.
    const { handlePageMessage } = await import('./protocol.ts');
    handlePageMessage(message, {
      ready: () => {
        // What was sent before may have come while nobody listened yet.
        this.#lastSent = undefined;
        this.#sendContent();
      },
      run: ({ action }) => void this.#runAction(action),
      openRun: ({ backfillId }) =>
        void vscode.commands.executeCommand(commandIds.openBackfill, { ...this.#ref, backfillId }),
    });
  }

  async #runAction(action: PageAction): Promise<void> {
    if (action === 'refresh') {
      const monitor = this.#monitor;
      await monitor?.refresh();
      if (monitor !== undefined) {
        await this.#ensureLoaded(monitor);
      }
      return;
    }
    await vscode.commands.executeCommand(commandIds[action], { kind: 'backfill', ...this.#ref });
  }
}

/** The page: no inline script or style, nothing remote, and what it may load is named. */
function createPageHtml(webview: vscode.Webview, extensionUri: vscode.Uri, ref: BackfillRef): string {
  const nonce = crypto.randomUUID();
  const distUri = (file: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', file)).toString();
  const contentSecurityPolicy = `default-src 'none'; style-src ${webview.cspSource}; font-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!doctype html>
<html lang="${vscode.env.language}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="${distUri('page-style.css')}" />
    <script type="module" nonce="${nonce}" src="${distUri('page.js')}"></script>
  </head>
  <body data-key="${encodeURIComponent(JSON.stringify(ref))}">
    <main></main>
  </body>
</html>`;
}
