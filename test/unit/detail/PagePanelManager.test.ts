import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { SequinApi } from '../../../src/api/SequinApi.ts';
import type { PagePanelManager } from '../../../src/detail/PagePanelManager.ts';
import type { ExtensionMessage } from '../../../src/detail/protocol.ts';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { SequinError } from '../../../src/model/failure.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { ServerRegistry } from '../../../src/servers/ServerRegistry.ts';
import { emptySnapshot, type Snapshot } from '../../../src/servers/Snapshot.ts';
import { createTemporaryFolder } from '../../host/temporaryFolder.ts';
import { apiWith, backfill, connectionTo, now, serversOf, sink, snapshotOf } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { executedCommands, importWithPanelStub, panels, type PanelStub } from './vscodePanelStub.ts';

const connectionId = 'c1';
const ref = { connectionId, sinkId: sink().id, backfillId: backfill().id };
const sinkRef = { connectionId, sinkId: sink().id };

describe('PagePanelManager', () => {
  let clock: TestClock;
  let servers: ServerRegistry;
  let manager: PagePanelManager;
  let folder: string;

  beforeEach(async () => {
    const { PagePanelManager: Class } = await importWithPanelStub(
      () => import('../../../src/detail/PagePanelManager.ts'),
    );
    panels.length = executedCommands.length = 0;
    clock = new TestClock(now);
    servers = new ServerRegistry();
    folder = createTemporaryFolder();
    mkdirSync(join(folder, 'dist'));
    for (const file of ['page.js', 'page-style.css']) {
      writeFileSync(join(folder, 'dist', file), '');
    }
    const { Uri } = await importWithPanelStub(() => import('vscode'));
    manager = new Class({ servers, extensionUri: Uri.file(folder), setTimeZone: () => undefined }, clock);
  });

  afterEach(() => {
    manager.dispose();
    for (const monitor of servers.monitors) {
      monitor.dispose();
    }
    servers.dispose();
  });

  function createMonitor(
    address: string,
    snapshot: Snapshot,
    api: Partial<SequinApi> = {},
    id = connectionId,
  ): ServerMonitor {
    const connection = connectionTo(address, { id });
    return new ServerMonitor({ connection, api: apiWith(api), clock, intervalMs: () => 0, snapshot });
  }

  const createSnapshot = (...backfills: readonly Backfill[]): Snapshot => snapshotOf([sink()], backfills);

  const getPanel = (index = 0): PanelStub => panels[index] ?? assert.fail();

  const listCommands = (): unknown[][] => executedCommands.filter(([command]) => command !== 'setContext');

  it('replaces the page of the preview, unless the user double-clicked to open that page', () => {
    manager.open(ref);
    manager.open(sinkRef);
    assert.equal(panels.length, 1);
    manager.open(sinkRef);
    manager.open(ref);
    assert.equal(panels.length, 2);
  });

  it('doesn’t treat two clicks a second apart as a double click, even if the clock is set back', async () => {
    manager.open(ref);
    await clock.advance(1_000);
    clock.setBack(3_600_000);
    manager.open(ref);
    manager.open(sinkRef);
    assert.equal(panels.length, 1);
  });

  it('sends the content again each time a previously hidden page reports that it is ready', () => {
    servers.setServers(serversOf(createMonitor('http://a', createSnapshot(backfill()))));
    manager.open(ref);
    getPanel().setVisible(false);
    getPanel().setVisible(true);
    getPanel().messages.length = 0;
    getPanel().receive({ type: 'ready', timeZone: 'UTC' });
    assert.equal(getPanel().messages.length, 1);
    getPanel().receive({ type: 'ready', timeZone: 'UTC' });
    assert.equal(getPanel().messages.length, 2);
  });

  it('sends nothing to a page that already shows the content embedded in its document', () => {
    servers.setServers(serversOf(createMonitor('http://a', createSnapshot(backfill()))));
    manager.open(ref);
    getPanel().receive({ type: 'ready', timeZone: 'UTC' });
    assert.deepEqual(getPanel().messages, []);
  });

  it('shows nothing of the previous server if the connection’s address changed while the page was hidden', () => {
    const pendingApi = { listSinks: () => new Promise<never>(() => undefined) };
    servers.setServers(serversOf(createMonitor('http://a', createSnapshot(backfill()))));
    manager.open(ref);
    assert.equal(getPanel().title, 'public.orders · 47%');
    getPanel().setVisible(false);
    servers.setServers(serversOf(createMonitor('http://b', emptySnapshot, pendingApi)));
    getPanel().setVisible(true);
    const { page, notice } = getPanel().messages.at(-1) as ExtensionMessage;
    assert.deepEqual([page, notice?.text], [null, 'Loading…']);
  });

  it('shows the title but no status in the tab after the connection was removed', () => {
    servers.setServers(serversOf(createMonitor('http://a', createSnapshot(backfill()))));
    manager.open(ref);
    const getIcon = () => basename(getPanel().iconPath?.fsPath ?? '');
    assert.equal(getIcon(), 'sync.svg');
    servers.setServers([]);
    assert.equal(getIcon(), 'circle-outline.svg');
    assert.equal(getPanel().title, 'public.orders · 47%');
  });

  it('ignores a failure of the previous server after the address of the connection changed', async () => {
    const request = Promise.withResolvers<never>();
    const previousApi = { getBackfill: () => request.promise };
    const pendingApi = { getBackfill: () => new Promise<never>(() => undefined) };
    servers.setServers(serversOf(createMonitor('http://a', createSnapshot(), previousApi)));
    manager.open(ref);
    await clock.advance(0);
    servers.setServers(serversOf(createMonitor('http://b', createSnapshot(), pendingApi)));
    request.reject(new SequinError({ kind: 'notFound', resource: 'backfill' }));
    await clock.advance(0);
    const texts = getPanel().messages.map((message) => (message as ExtensionMessage).notice?.text);
    assert.deepEqual(
      texts.filter((text) => text !== 'Loading…'),
      [],
    );
  });

  it('shows the next page in the existing document of the preview', () => {
    servers.setServers(serversOf(createMonitor('http://a', createSnapshot(backfill()))));
    manager.open(ref);
    const { html } = getPanel().webview;
    manager.open(sinkRef);
    const message = getPanel().messages.at(-1) as ExtensionMessage;
    assert.deepEqual([message.ref, message.page?.kind], [sinkRef, 'sink']);
    assert.equal(getPanel().title, 'orders-kafka');
    assert.equal(getPanel().webview.html, html);
  });

  it('sends the page opened last to a preview panel whose webview is reloaded', () => {
    servers.setServers(serversOf(createMonitor('http://a', createSnapshot(backfill()))));
    manager.open(ref);
    getPanel().setVisible(false);
    manager.open(sinkRef);
    getPanel().messages.length = 0;
    getPanel().receive({ type: 'ready', timeZone: 'UTC' });
    const refs = getPanel().messages.map((message) => (message as ExtensionMessage).ref);
    assert.deepEqual(refs, [sinkRef]);
  });

  it('shows neither the title nor a failure of the previous page while the next page is loading', async () => {
    const requests = [Promise.withResolvers<never>(), Promise.withResolvers<never>()];
    const unanswered = new Promise<never>(() => undefined);
    const pending = [...requests];
    const api = { getBackfill: () => pending.shift()?.promise ?? unanswered };
    servers.setServers(serversOf(createMonitor('http://a', createSnapshot(), api)));
    manager.open(ref);
    await clock.advance(0);
    manager.open({ ...ref, backfillId: 'next' });
    await clock.advance(0);
    assert.equal(pending.length, 0);
    requests[0]?.reject(new SequinError({ kind: 'notFound', resource: 'backfill' }));
    await clock.advance(0);
    const texts = getPanel().messages.map((message) => (message as ExtensionMessage).notice?.text);
    assert.deepEqual(new Set(texts), new Set(['Loading…']));
    assert.equal(getPanel().title, 'next');
  });

  it('requests the data of the next page only from the server of that page, even while the previous page is refreshed', async () => {
    const refresh = Promise.withResolvers<never>();
    const requests = new Set<string>();
    const createServer = (id: string): ServerMonitor => {
      const getBackfill = (_: string, backfillId: string): Promise<never> => {
        requests.add(`${id}: ${backfillId}`);
        return new Promise(() => undefined);
      };
      const api = { listSinks: () => refresh.promise, getBackfill };
      return createMonitor(`http://${id}`, createSnapshot(backfill()), api, id);
    };
    servers.setServers(serversOf(createServer(connectionId), createServer('c2')));
    manager.open(ref);
    getPanel().receive({ type: 'run', ref, action: 'refresh' });
    manager.open({ ...ref, connectionId: 'c2', backfillId: 'next' });
    refresh.reject(new SequinError({ kind: 'timeout', afterMs: 60_000 }));
    await clock.advance(0);
    assert.deepEqual(requests, new Set(['c2: next']));
  });

  it('shows all rows of a list only on the page on which the user selected Show All', () => {
    const runs = Array.from({ length: 30 }, (_, index) => backfill({ id: `run-${index}` }));
    servers.setServers(serversOf(createMonitor('http://a', createSnapshot(...runs))));
    const countRows = () => {
      const { page } = getPanel().messages.at(-1) as ExtensionMessage;
      return page?.kind === 'backfill' ? page.runs.rows.length : undefined;
    };
    const [first, second] = runs.map(({ id }) => ({ ...ref, backfillId: id }));
    assert.ok(first !== undefined && second !== undefined);
    manager.open(first);
    getPanel().receive({ type: 'run', ref: first, action: 'showAllRows' });
    assert.equal(countRows(), 30);
    manager.open(second);
    assert.equal(countRows(), 20);
  });

  it('runs actions of the current page, and ignores actions of the previous page', () => {
    manager.open(ref);
    manager.open(sinkRef);
    for (const shownRef of [ref, sinkRef]) {
      getPanel().receive({ type: 'run', ref: shownRef, action: 'pauseSink' });
    }
    assert.deepEqual(listCommands(), [['sequin.pauseSink', sinkRef]]);
  });

  it('opens a backfill again if the second click of a double click comes from the previous page', () => {
    manager.open(sinkRef);
    getPanel().receive({ type: 'openBackfill', ref: sinkRef, backfillId: ref.backfillId });
    manager.open(ref);
    getPanel().receive({ type: 'openBackfill', ref: sinkRef, backfillId: ref.backfillId });
    assert.deepEqual(listCommands(), [
      ['sequin.openBackfill', ref],
      ['sequin.openBackfill', ref],
    ]);
  });

  it('closes the panel if the files of the page can’t be read, and then sends nothing more to the panel', () => {
    rmSync(join(folder, 'dist', 'page.js'));
    assert.throws(() => {
      manager.open(ref);
    }, /ENOENT/);
    assert.ok(getPanel().isDisposed);
    const sentCount = getPanel().messages.length;
    servers.setServers(serversOf(createMonitor('http://a', createSnapshot(backfill()))));
    assert.equal(getPanel().messages.length, sentCount);
    assert.equal(manager.isShown(ref), false);
  });
});
