import * as vscode from 'vscode';
import { commandIds } from '../contributions/commandIds.ts';
import type { BackfillRef } from '../model/BackfillRef.ts';
import { getConnectionName } from '../model/Connection.ts';
import type { Failure } from '../model/failure.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import { findBackfill } from '../servers/Snapshot.ts';
import { type Disposable, DisposableBase } from '../shared/lifecycle.ts';
import { createPageHtml } from './createPageHtml.ts';
import { createPageContent } from './pageContent.ts';
import type { BackfillPage, ExtensionMessage, PageAction } from './protocol.ts';

/** The dependencies of a {@link BackfillPanel}. */
export interface BackfillPanelOptions {
  readonly servers: ServerRegistry;
  readonly extensionUri: vscode.Uri;
  /** Receives the user's time zone, which only the browser side knows. */
  readonly setTimeZone: (timeZone: string) => void;
}

/** The webview panel of one backfill. Renders the monitor's snapshot while the panel is visible. */
export class BackfillPanel extends DisposableBase {
  readonly #panel: vscode.WebviewPanel;
  readonly #ref: BackfillRef;
  readonly #servers: ServerRegistry;
  readonly #setTimeZone: (timeZone: string) => void;
  #watch: Disposable | undefined;
  /** Why the last request for the backfill itself failed. */
  #failure: Failure | undefined;
  /** The last known content of the backfill, to show once it is deleted. */
  #lastPage: BackfillPage | undefined;
  /** The content last sent to the page; undefined when the page may not have received it. */
  #lastSent: string | undefined;
  /** The content in the page's document; undefined once the page has shown it. */
  #embedded: string | undefined;

  constructor(
    panel: vscode.WebviewPanel,
    ref: BackfillRef,
    { servers, extensionUri, setTimeZone }: BackfillPanelOptions,
  ) {
    super();
    this.#panel = panel;
    this.#ref = ref;
    this.#servers = servers;
    this.#setTimeZone = setTimeZone;
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
        if (!panel.visible) {
          // VS Code discards a hidden page and loads it again later.
          this.#lastSent = undefined;
        }
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
          if (panel.visible && changedBackfillIds.has(ref.backfillId)) {
            // A finished backfill leaves the list of unfinished ones; a request for it alone returns its final state.
            void this.#ensureLoaded(monitor);
          }
          if (sinksLoadChanged || changedSinkIds.has(ref.sinkId) || changedBackfillIds.has(ref.backfillId)) {
            this.#sendContent();
          }
        },
      ),
    );
    const distUri = (file: string): string =>
      panel.webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', file)).toString();
    const content = panel.visible ? this.#createContent() : null;
    this.#lastSent = this.#embedded = content === null ? undefined : JSON.stringify(content);
    panel.webview.html = createPageHtml({
      language: vscode.env.language,
      cspSource: panel.webview.cspSource,
      nonce: crypto.randomUUID(),
      scriptUri: distUri('page.js'),
      styleUri: distUri('page-style.css'),
      ref,
      content: content === null ? null : { id: crypto.randomUUID(), message: content },
    });
    this.#updateWatch();
  }

  /** The monitor of the backfill's server; undefined when there is no connection to it. */
  get #monitor(): ServerMonitor | undefined {
    return this.#servers.getMonitor(this.#ref.connectionId);
  }

  reveal(): void {
    this.#panel.reveal();
  }

  override dispose(): void {
    this.#watch?.dispose();
    super.dispose();
  }

  /** Makes the monitor poll while the panel is visible, and only then. */
  #updateWatch(): void {
    const previousWatch = this.#watch;
    const monitor = this.#monitor;
    this.#watch = this.#panel.visible ? monitor?.watch('view', () => [this.#ref.sinkId]) : undefined;
    // Dispose the old watch only after starting the new one, so that polling doesn't pause.
    previousWatch?.dispose();
    if (this.#panel.visible && monitor !== undefined) {
      void this.#ensureLoaded(monitor);
    }
    this.#sendContent();
  }

  /** Fetches the backfill if the snapshot lacks it: the lists that are polled contain no finished backfills. */
  async #ensureLoaded(monitor: ServerMonitor): Promise<void> {
    const { sinkId, backfillId } = this.#ref;
    await monitor.ensureSinks();
    if (findBackfill(monitor.snapshot, sinkId, backfillId) === undefined) {
      this.#failure = await monitor.loadBackfill(sinkId, backfillId);
      this.#sendContent();
    }
    // The previous runs of the table.
    monitor.ensureBackfillList(sinkId);
  }

  /** Creates the content of the page and updates the title of the panel. */
  #createContent(): ExtensionMessage {
    const server = this.#servers.getServer(this.#ref.connectionId);
    const content = createPageContent(this.#ref, server?.monitor, {
      failure: this.#failure,
      connectionName: server && getConnectionName(server.state),
      lastPage: this.#lastPage,
    });
    this.#lastPage = server?.monitor && (content.page ?? undefined);
    if (content.page !== null && content.page.title !== this.#panel.title) {
      this.#panel.title = content.page.title;
    }
    return content;
  }

  /** Sends the content to a visible page when it has changed. VS Code delivers it once the page is loaded. */
  #sendContent(): void {
    if (!this.#panel.visible) {
      return;
    }
    const content = this.#createContent();
    const serialized = JSON.stringify(content);
    if (serialized !== this.#lastSent) {
      this.#lastSent = serialized;
      void this.#panel.webview.postMessage(content);
    }
  }

  async #handleMessage(message: unknown): Promise<void> {
    // The message schemas are loaded with the first message.
    const { handlePageMessage } = await import('./protocol.ts');
    handlePageMessage(message, {
      ready: ({ timeZone }) => {
        this.#setTimeZone(timeZone);
        // On the first load, the page shows the content embedded in its document. Messages sent so far may have been
        // lost.
        this.#lastSent = this.#embedded;
        this.#embedded = undefined;
        this.#sendContent();
      },
      run: ({ action }) => void this.#runAction(action),
      openRun: ({ backfillId }) =>
        void vscode.commands.executeCommand(commandIds.openBackfill, { ...this.#ref, backfillId }),
    });
  }

  async #runAction(action: PageAction): Promise<void> {
    if (action === 'closePage') {
      this.#panel.dispose();
      return;
    }
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
