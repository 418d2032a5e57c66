import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { commandIds } from '../contributions/commandIds.ts';
import { getRefKey, type PageRef } from '../model/BackfillRef.ts';
import type { Failure } from '../model/failure.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import { findBackfill, type SnapshotChange } from '../servers/Snapshot.ts';
import { DisposableBase, MutableDisposable } from '../shared/lifecycle.ts';
import { createPageHtml } from './createPageHtml.ts';
import { createPageContent } from './pageContent.ts';
import { type ExtensionMessage, type Page, type PageAction, parsePageMessage } from './protocol.ts';

/** The dependencies of a {@link PagePanel}. */
export interface PagePanelOptions {
  readonly servers: ServerRegistry;
  readonly extensionUri: vscode.Uri;
  /** Receives the user's time zone. Only the page knows it, because the extension may run on a remote machine. */
  readonly setTimeZone: (timeZone: string) => void;
}

/**
 * Shows the page of a backfill or a sink in a webview panel: renders the monitor's snapshot while the panel is visible.
 * The panel shows one page after the other in the same document.
 */
export class PagePanel extends DisposableBase {
  readonly #panel: vscode.WebviewPanel;
  #ref: PageRef;
  readonly #options: PagePanelOptions;
  readonly #watch = this.register(new MutableDisposable());
  /** The monitor that {@link #failure} and {@link #lastPage} come from. */
  #lastMonitor: ServerMonitor | undefined;
  /** Why the last request for the backfill or the sink itself failed. */
  #failure: Failure | undefined;
  /** The last content. The page keeps it if the backfill or the sink is deleted. */
  #lastPage: Page | null = null;
  /** Whether the user asked to see all rows of the list of backfills, up to a limit. */
  #showsAllRows = false;
  /** The file name of the tab's icon. */
  #icon: string | undefined;
  /** The content last sent to the page, as JSON; undefined if the page may not have received it. */
  #lastSent: string | undefined;
  /** The content embedded in the page's document, as JSON; undefined once the page may have shown it. */
  #embedded: string | undefined;

  constructor(panel: vscode.WebviewPanel, ref: PageRef, options: PagePanelOptions) {
    super();
    this.#panel = panel;
    this.#ref = ref;
    this.#options = options;
    // This call comes first: if it throws because the files of the page can't be read, nothing is registered yet.
    this.#loadDocument();
    this.#listenToPanel();
    this.#listenToServers();
    this.#updateWatch();
  }

  /** The backfill or sink that the panel shows. */
  get ref(): PageRef {
    return this.#ref;
  }

  /** Shows another backfill or sink. */
  show(ref: PageRef): void {
    this.#ref = ref;
    this.#failure = undefined;
    this.#lastPage = null;
    this.#showsAllRows = false;
    this.#updateWatch();
  }

  #listenToPanel(): void {
    const panel = this.#panel;
    this.register(
      panel.webview.onDidReceiveMessage((message: unknown) => {
        this.#handleMessage(message);
      }),
    );
    this.register(
      panel.onDidChangeViewState(() => {
        if (!panel.visible) {
          // VS Code discards the document of a hidden page. When the page is shown again, its document has no current
          // content.
          this.#lastSent = this.#embedded = undefined;
        }
        this.#updateWatch();
      }),
    );
  }

  #listenToServers(): void {
    const { servers } = this.#options;
    this.register(
      servers.onDidChangeServers(() => {
        this.#updateWatch();
      }),
    );
    this.register(
      servers.onDidChangeSnapshot(({ monitor, change }) => {
        if (monitor !== this.#monitor) {
          return;
        }
        const isLoadDue = isLoadNeeded(this.#ref, change);
        if (this.#panel.visible && isLoadDue) {
          void this.#ensureLoaded(monitor);
        }
        if (change.connectionChanged || change.changedSinkIds.has(this.#ref.sinkId) || isLoadDue) {
          this.#sendContent();
        }
      }),
    );
  }

  /**
   * Loads the page's document, and embeds the content if the panel is visible.
   * @throws Error if a file of the page can't be read, for example after an update of the extension
   */
  #loadDocument(): void {
    const { webview, visible } = this.#panel;
    const dist = vscode.Uri.joinPath(this.#options.extensionUri, 'dist');
    const toWebviewUri = (file: string): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(dist, file)).toString();
    const readFile = (file: string): string => readFileSync(vscode.Uri.joinPath(dist, file).fsPath, 'utf8');
    const content = visible ? this.#createContent() : null;
    this.#lastSent = this.#embedded = content === null ? undefined : JSON.stringify(content);
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    webview.html = createPageHtml({
      language: vscode.env.language,
      cspSource: webview.cspSource,
      nonce: crypto.randomUUID(),
      script: readFile('page.js'),
      style: readFile('page-style.css').replace('./codicon.ttf', () => toWebviewUri('codicon.ttf')),
      modules: { uplot: toWebviewUri('uplot.js') },
      content: content === null ? null : { id: crypto.randomUUID(), message: content },
    });
  }

  /** The server's monitor; undefined if the connection was removed or isn't signed in. */
  get #monitor(): ServerMonitor | undefined {
    return this.#options.servers.getMonitor(this.#ref.connectionId);
  }

  /** Watches the sink while the panel is visible, so that the monitor polls it. Then loads and sends the content. */
  #updateWatch(): void {
    const monitor = this.#monitor;
    if (monitor !== this.#lastMonitor) {
      // The connection may have moved to another server, or to another account.
      this.#lastMonitor = monitor;
      this.#failure = undefined;
      this.#lastPage = null;
    }
    // The new watch starts before the old one is disposed, so that polling doesn't pause.
    this.#watch.value = this.#panel.visible ? monitor?.watch('view', () => [this.#ref.sinkId]) : undefined;
    if (this.#panel.visible && monitor !== undefined) {
      void this.#ensureLoaded(monitor);
    }
    this.#sendContent();
  }

  /** Loads what the page shows, unless the snapshot has it. Then sends the content. */
  async #ensureLoaded(monitor: ServerMonitor): Promise<void> {
    const ref = this.#ref;
    await monitor.ensureSinks();
    const failure = await loadSubject(ref, monitor);
    if (this.#isShowing(ref, monitor)) {
      this.#failure = failure;
      this.#sendContent();
    }
  }

  /** Whether the panel still shows the page that it showed when a request began. */
  #isShowing(ref: PageRef, monitor: ServerMonitor): boolean {
    return !this.isDisposed && ref === this.#ref && monitor === this.#monitor;
  }

  /** Creates the content of the page and updates the tab of the panel. */
  #createContent(): ExtensionMessage {
    const server = this.#options.servers.getServer(this.#ref.connectionId);
    const content = createPageContent(this.#ref, server?.monitor, {
      failure: this.#failure,
      connectionName: server?.state.connection.name,
      lastPage: this.#lastPage,
      showsAllRows: this.#showsAllRows,
    });
    this.#lastPage = content.page;
    this.#updateTab(content.page);
    return { type: 'show', ref: this.#ref, ...content };
  }

  /** Shows the page's title and status in the tab. Without a page, the tab keeps its title but gets a neutral icon. */
  #updateTab(page: Page | null): void {
    if (page !== null && page.tabTitle !== this.#panel.title) {
      this.#panel.title = page.tabTitle;
    }
    const icon = `${page?.state.icon ?? 'circle-outline'}.svg`;
    if (icon !== this.#icon) {
      this.#icon = icon;
      this.#panel.iconPath = vscode.Uri.joinPath(this.#options.extensionUri, 'media', 'status', icon);
    }
  }

  /**
   * Sends the content to the page if the page is visible and the content has changed. VS Code delivers the message once
   * the page is loaded.
   */
  #sendContent(): void {
    // A response may arrive after the panel was closed.
    if (this.isDisposed || !this.#panel.visible) {
      return;
    }
    const content = this.#createContent();
    const serialized = JSON.stringify(content);
    if (serialized !== this.#lastSent) {
      this.#lastSent = serialized;
      void this.#panel.webview.postMessage(content);
    }
  }

  #handleMessage(data: unknown): void {
    const message = parsePageMessage(data);
    if (message === undefined) {
      return;
    }
    switch (message.type) {
      case 'ready':
        this.#options.setTimeZone(message.timeZone);
        // Earlier messages may have been lost. On the first load, the page shows the content embedded in its document.
        this.#lastSent = this.#embedded;
        this.#embedded = undefined;
        this.#sendContent();
        return;
      case 'run':
        // The user may press a button of the previous page before the next page arrives.
        if (getRefKey(message.ref) === getRefKey(this.#ref)) {
          void this.#runAction(message.action);
        }
        return;
      case 'openBackfill': {
        // Accepts even messages of the previous page: if the user double-clicks a link, the second click keeps the new
        // page open.
        const { ref, backfillId } = message;
        void vscode.commands.executeCommand(commandIds.openBackfill, { ...ref, backfillId });
      }
    }
  }

  async #runAction(action: PageAction): Promise<void> {
    switch (action) {
      case 'closePage':
        this.#panel.dispose();
        return;
      case 'showAllRows':
        this.#showsAllRows = true;
        this.#sendContent();
        return;
      case 'refresh':
        await this.#refresh();
        return;
      default:
        await vscode.commands.executeCommand(commandIds[action], this.#ref);
    }
  }

  async #refresh(): Promise<void> {
    const ref = this.#ref;
    const monitor = this.#monitor;
    await monitor?.refresh();
    if (monitor !== undefined && this.#isShowing(ref, monitor)) {
      await this.#ensureLoaded(monitor);
    }
  }
}

/**
 * Whether {@link loadSubject} must be called, because a change may have removed from the snapshot what a page shows.
 */
function isLoadNeeded({ backfillId }: PageRef, change: SnapshotChange): boolean {
  // A backfill that finishes disappears from the list of unfinished backfills. A request for the backfill itself
  // returns its final state.
  return backfillId === undefined
    ? change.sinkListChanged || change.connectionChanged
    : change.changedBackfillIds.has(backfillId);
}

/** Loads the backfill or the sink of a page unless the snapshot has it. Resolves to the failure if there is one. */
async function loadSubject(
  { sinkId, backfillId }: PageRef,
  monitor: ServerMonitor,
): Promise<Failure | undefined> {
  const { sinks, sinksLoad } = monitor.snapshot;
  if (backfillId !== undefined) {
    const isKnown = findBackfill(monitor.snapshot, sinkId, backfillId) !== undefined;
    return isKnown ? undefined : monitor.loadBackfill(sinkId, backfillId);
  }
  // The list of sinks has all fields of each sink, so a sink needs no request of its own.
  const isMissing = !sinks.has(sinkId) && sinksLoad.fromCache !== true;
  return sinksLoad.failure ?? (isMissing ? { kind: 'notFound', resource: 'sink' } : undefined);
}
