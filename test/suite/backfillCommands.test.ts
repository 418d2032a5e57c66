import assert from 'node:assert/strict';
import { createSandbox, type SinonStub } from 'sinon';
import * as vscode from 'vscode';
import type { Backfill } from '../../src/sampleServer/Backfill.ts';
import type { BackfillState } from '../../src/sampleServer/sequinTypes.ts';
import type { TreeNode } from '../../src/tree/TreeNode.ts';
import {
  type Connection,
  connectToEmulator,
  disconnect,
  replaceServer,
  waitUntil,
} from './connectToEmulator.ts';

const states: readonly BackfillState[] = ['active', 'paused', 'completed', 'cancelled', 'failed'];
const commands = [
  'startBackfill',
  'pauseBackfill',
  'resumeBackfill',
  'cancelBackfill',
  'runAgain',
  'pauseBackfillsOfSink',
  'resumeBackfillsOfSink',
  'cancelBackfillsOfSink',
  'copyAsCurl',
  'copyAsJson',
  'exportHistory',
].map((name) => `sequin.${name}`);
const messageFunctions = ['showInformationMessage', 'showWarningMessage', 'showErrorMessage'] as const;

type QuickPick = vscode.QuickPick<vscode.QuickPickItem>;

describe('a backfill command', () => {
  const sandbox = createSandbox();
  let connection: Connection;
  let sinkId: string;
  let showMessage: SinonStub<[message: string, ...items: vscode.MessageItem[]]>;
  let quickPick: PromiseWithResolvers<QuickPick>;
  let dismissesQuickPicks: boolean;

  // A notification appears a second late, which is in the middle of another test.
  const setNotifications = (value: string | undefined) =>
    vscode.workspace
      .getConfiguration('sequin')
      .update('notifications', value, vscode.ConfigurationTarget.Global);
  before(async () => {
    await setNotifications('off');
    connection = await connectToEmulator();
  });
  after(async () => {
    await disconnect(connection);
    await setNotifications(undefined);
  });

  beforeEach(async () => {
    // The clock of the server doesn't advance, so its backfills make no progress.
    const now = Date.now();
    connection = await replaceServer(connection, { scenario: 'empty', clock: { now: () => now } });
    const { world } = connection.emulator;
    const tables = states.map((state) => `public.${state}`);
    const source = { include_schemas: null, exclude_schemas: null, exclude_tables: null };
    const destination = { type: 'kafka', hosts: 'kafka:9092', topic: 'orders' };
    const sink = world.addSink({
      name: 'orders',
      source: { ...source, include_tables: tables },
      destination,
    });
    sinkId = sink.json.id;
    states.forEach((state, index) => {
      const inserted_at = new Date(now - index * 60_000).toISOString().replace(/\.\d+/, '');
      const counts = { rows_initial_count: 1000, rows_processed_count: 500 };
      world.addBackfill(sinkId, { table: `public.${state}`, state, inserted_at, ...counts });
    });
    world.addSink({
      name: 'single',
      source: { ...source, include_tables: ['public.single'] },
      destination,
    });
    await monitor().refresh();
    await monitor().backfillLists.load(sinkId);
    stubUserInterface();
  });
  afterEach(() => {
    sandbox.restore();
  });

  /** Dismisses all messages, and watches for quick picks, which are real. */
  function stubUserInterface(): void {
    showMessage = sandbox.stub();
    showMessage.resolves(undefined);
    for (const name of messageFunctions) {
      sandbox.stub(vscode.window, name).callsFake(showMessage as never);
    }
    quickPick = Promise.withResolvers();
    dismissesQuickPicks = false;
    const createQuickPick = sandbox.stub(vscode.window, 'createQuickPick');
    createQuickPick.callsFake(() => {
      const created = createQuickPick.wrappedMethod();
      if (dismissesQuickPicks) {
        const hidden = new vscode.EventEmitter<void>();
        const show = (): void => {
          hidden.fire();
        };
        return Object.assign(created, { onDidHide: hidden.event, show });
      }
      // VS Code makes an item active when it has rendered the list.
      const rendered = created.onDidChangeActive(() => {
        rendered.dispose();
        quickPick.resolve(created);
      });
      return created;
    });
  }

  /** The text of all messages so far, oldest first. */
  const messages = () => showMessage.args.map(([message]) => message);

  /** Answers the messages that follow with the button of this title, if they have it. */
  function pressButton(title: string): void {
    showMessage.callsFake((_message, ...items) =>
      Promise.resolve(items.find((item) => item.title === title)),
    );
  }

  /** Waits for the first quick pick that was rendered since the last call. */
  async function nextQuickPick(): Promise<QuickPick> {
    const rendered = await quickPick.promise;
    quickPick = Promise.withResolvers();
    return rendered;
  }

  const monitor = () => connection.api.servers.monitors[0] ?? assert.fail('not connected');
  const getItem = (node: TreeNode) => connection.api.tree.getTreeItem(node);
  const getIcon = (node: TreeNode) => (getItem(node).iconPath as vscode.ThemeIcon).id;
  const findBackfill = (state: BackfillState): Backfill =>
    connection.emulator.world
      .getSink(sinkId)
      .backfills.find(({ json }) => json.table === `public.${state}`) ?? assert.fail();
  const findRow = (state: BackfillState): TreeNode => ({
    kind: 'backfill',
    connectionId: connection.emulator.url,
    sinkId,
    backfillId: findBackfill(state).json.id,
  });
  const sinkRow = (): TreeNode => ({ kind: 'sink', connectionId: connection.emulator.url, sinkId });
  const requests = () => connection.emulator.requests;
  const writes = () => requests().filter(({ method }) => method !== 'GET');
  const run = (id: string, ...args: unknown[]) => vscode.commands.executeCommand(id, ...args);
  const accept = () => run('workbench.action.acceptSelectedQuickOpenItem');
  const waitForPendingWrite = async () => {
    await waitUntil(
      connection.api.servers.onDidChangeSnapshot,
      () => monitor().snapshot.pendingWrites.size === 1,
    );
  };

  describe('in the tree', () => {
    const changes = [
      ['pauseBackfill', 'active', /^pausing…$/, /^Paused at 50%$/, 'debug-pause', ';resume;cancel'],
      ['resumeBackfill', 'paused', /^resuming…$/, /^50%/, 'sync', ';pause;cancel'],
      ['cancelBackfill', 'active', /^canceling…$/, /^at 50% · /, 'circle-slash', ';runAgain'],
    ] as const;
    for (const [command, state, during, after, icon, actions] of changes) {
      it(`shows a spinner while ${command} runs and the new state afterwards`, async () => {
        const row = findRow(state);
        const [node = assert.fail()] = connection.api.tree
          .getChildren(sinkRow())
          .filter((child) => child.kind === 'backfill' && child.backfillId === getId(row));
        connection.api.tree.getChildren();
        connection.api.tree.setVisible(true);
        connection.api.tree.setExpanded(sinkRow(), true);
        getItem(node);
        const updated = new Set<unknown>();
        const subscription = connection.api.tree.onDidChangeTreeData((nodes) => {
          nodes?.forEach((each) => updated.add(each));
        });
        pressButton('Cancel Backfill');
        connection.emulator.fault({ delayMs: 200, method: 'PATCH' });
        const done = run(`sequin.${command}`, node);
        await waitForPendingWrite();
        assert.match(String(getItem(node).description), during);
        assert.equal(getIcon(node), 'loading~spin');
        assert.equal(getItem(node).contextValue, 'sequin.backfill');
        assert.ok(updated.delete(node), 'the row was not updated');
        updated.clear();

        await done;
        assert.match(String(getItem(node).description), after);
        assert.equal(getIcon(node), icon);
        // For a moment, a second press would have no effect.
        await waitUntil(
          connection.api.tree.onDidChangeTreeData,
          () => getItem(node).contextValue === `sequin.backfill${actions}`,
        );
        // A cancelled backfill moves, so that the sink is updated with all rows below.
        const { tree } = connection.api;
        assert.ok(updated.has(node) || updated.has(tree.getParent(node)), 'the row was not updated');
        subscription.dispose();
      });
    }

    it('shows a spinner on the sink while a backfill starts and its progress afterwards', async () => {
      const { json } = connection.emulator.world.getSink('single');
      const node: TreeNode = { kind: 'sink', connectionId: connection.emulator.url, sinkId: json.id };
      assert.equal(getItem(node).contextValue, 'sequin.sink;start;pauseSink;disableSink');
      pressButton('Start');
      connection.emulator.fault({ delayMs: 200, method: 'POST' });
      const done = run('sequin.startBackfill', node);
      await waitForPendingWrite();
      assert.equal(getItem(node).description, 'starting a backfill… · Kafka');
      assert.equal(getIcon(node), 'loading~spin');
      await done;
      assert.match(String(getItem(node).description), /^1 running · Kafka$/);
      assert.notEqual(getIcon(node), 'loading~spin');
      assert.deepEqual(messages(), ['Start a backfill of public.single?']);
    });

    const actions: Readonly<Record<BackfillState, string>> = {
      active: ';pause;cancel',
      paused: ';resume;cancel',
      completed: ';runAgain',
      cancelled: ';runAgain',
      failed: ';runAgain',
    };
    for (const state of states) {
      it(`is offered on a backfill that is ${state} only if the state allows it`, () => {
        assert.equal(getItem(findRow(state)).contextValue, `sequin.backfill${actions[state]}`);
      });
    }

    it("isn't offered on a backfill in an unknown state", async () => {
      findBackfill('active').json.state = 'rewinding' as BackfillState;
      await monitor().backfillLists.load(sinkId);
      assert.equal(getItem(findRow('active')).contextValue, 'sequin.backfill');
    });

    it("isn't offered on a finished backfill of a dropped table", async () => {
      const row = findRow('completed');
      connection.emulator.world.dropTable('public.completed');
      await monitor().backfillLists.load(sinkId);
      assert.equal(getItem(row).contextValue, 'sequin.backfill');
    });

    it('is offered on a sink only if the state of one of its backfills allows it', async () => {
      const actionsOfSink = () => getItem(sinkRow()).contextValue?.split(';');
      assert.deepEqual(actionsOfSink()?.sort(), [
        'cancel',
        'disableSink',
        'pause',
        'pauseSink',
        'resume',
        'sequin.sink',
        'start',
      ]);
      for (const [state, expected] of [
        ['active', ['cancel', 'disableSink', 'pauseSink', 'resume', 'sequin.sink', 'start']],
        ['paused', ['disableSink', 'pauseSink', 'sequin.sink', 'start']],
      ] as const) {
        connection.emulator.world.setBackfill(findBackfill(state).json.id, { state: 'completed' });
        await monitor().refresh();
        assert.deepEqual(actionsOfSink()?.sort(), expected);
      }
    });
  });

  describe('from the Command Palette', () => {
    it('lists the backfills that it applies to and changes the highlighted one', async () => {
      const done = run('sequin.resumeBackfill');
      const { items, selectedItems } = await nextQuickPick();
      assert.deepEqual(
        items.map(({ label }) => label),
        ['Paused', 'public.paused'],
      );
      assert.deepEqual(selectedItems, []);
      await accept();
      await done;
      assert.equal(findBackfill('paused').json.state, 'active');
      assert.equal(writes().length, 1);
    });

    it('changes all ticked backfills after confirmation', async () => {
      const done = run('sequin.cancelBackfill');
      const picker = await nextQuickPick();
      assert.deepEqual(
        picker.items.map(({ label }) => label),
        ['Running', 'public.active', 'Paused', 'public.paused'],
      );
      picker.selectedItems = picker.items.filter(({ kind }) => kind !== vscode.QuickPickItemKind.Separator);
      // The extension host sends the selection to VS Code in the next tick.
      await new Promise((resolve) => setTimeout(resolve));
      pressButton('Cancel Backfills');
      await accept();
      await done;
      assert.deepEqual(messages(), ['Cancel 2 backfills?']);
      assert.equal(findBackfill('active').json.state, 'cancelled');
      assert.equal(findBackfill('paused').json.state, 'cancelled');
    });

    it('starts a backfill of each ticked table, and offers the console beside the title', async () => {
      const done = run('sequin.startBackfill', sinkRow());
      const picker = await nextQuickPick();
      assert.deepEqual(
        picker.buttons.map(({ tooltip }) => tooltip),
        ['Open Sequin Console for a Partial Backfill or a Query Timeout'],
      );
      picker.selectedItems = picker.items;
      // The extension host sends the selection to VS Code in the next tick.
      await new Promise((resolve) => setTimeout(resolve));
      pressButton('Start');
      await accept();
      await done;
      assert.deepEqual(messages(), ['Start 3 backfills?']);
      assert.equal(writes().length, 3);
    });

    it('keeps the list of tables unchanged during progress and updates it when a backfill finishes', async () => {
      const done = run('sequin.startBackfill', sinkRow());
      const picker = await nextQuickPick();
      const description = () => picker.items.find(({ label }) => label === 'public.active')?.description;
      const before = picker.items;
      const { id } = findBackfill('active').json;
      connection.emulator.world.setBackfill(id, { rows_processed_count: 600 });
      await monitor().refresh();
      await monitor().backfillLists.load(sinkId);
      assert.equal(picker.items, before, 'a checkbox that the user is clicking would be reset');
      assert.match(description() ?? '', /^Running · 50%/);
      connection.emulator.world.setBackfill(id, { state: 'cancelled' });
      await monitor().backfillLists.load(sinkId);
      assert.match(description() ?? '', /^Cancelled · /);
      await run('workbench.action.closeQuickOpen');
      await done;
    });

    it('does nothing when the list is closed', async () => {
      const done = run('sequin.pauseBackfill');
      await nextQuickPick();
      await run('workbench.action.closeQuickOpen');
      await done;
      assert.deepEqual(writes(), []);
      assert.deepEqual(messages(), []);
    });

    it('shows a message when there is no backfill that it applies to', async () => {
      for (const state of ['active', 'paused'] as const) {
        connection.emulator.world.setBackfill(findBackfill(state).json.id, { state: 'completed' });
      }
      await monitor().refresh();
      await run('sequin.pauseBackfill');
      await run('sequin.resumeBackfill');
      await run('sequin.cancelBackfill');
      assert.deepEqual(messages(), [
        'No backfills are running.',
        'No backfills are paused.',
        'No backfills are in progress.',
      ]);
    });

    it('ticks the backfill that is selected in the tree', async () => {
      const getTickedLabels = async (): Promise<string> => {
        const done = run('sequin.cancelBackfill');
        const { selectedItems } = await nextQuickPick();
        await run('workbench.action.closeQuickOpen');
        await done;
        return selectedItems.map(({ label }) => label).join();
      };
      assert.equal(await getTickedLabels(), '');
      // VS Code renders rows and reports selections asynchronously, and another row is selected until then.
      do {
        await run('sequin.sinks.focus');
        // These focus the sink, then its first backfill if the sink is already expanded, then the row below, and select
        // that row.
        for (const command of ['clear', 'focusFirst', 'expand', 'focusDown', 'toggleSelection']) {
          await run(`list.${command}`);
        }
      } while ((await getTickedLabels()) !== 'public.paused');
      // A visible tree polls the server.
      await run('workbench.view.explorer');
    });

    it("loads the backfills of a sink that hasn't been expanded yet", async () => {
      connection = await replaceServer(connection, { scenario: 'empty' });
      const { world } = connection.emulator;
      const source = { include_schemas: null, exclude_schemas: null, exclude_tables: null };
      world.addSink({ name: 'only', source: { ...source, include_tables: ['public.orders'] } });
      const { json } = world.addBackfill('only', { rows_initial_count: 1000, rows_processed_count: 500 });
      const done = run('sequin.pauseBackfillsOfSink');
      await nextQuickPick();
      await accept();
      await done;
      assert.equal(json.state, 'paused');
    });
  });

  it('sends a single request when it is run twice at once', async () => {
    const row = findRow('active');
    connection.emulator.fault({ delayMs: 50, method: 'PATCH' });
    await Promise.all([run('sequin.pauseBackfill', row), run('sequin.pauseBackfill', row)]);
    assert.equal(writes().length, 1);
  });

  it('asks for confirmation once when it is run twice at once', async () => {
    const row = findRow('active');
    await Promise.all([run('sequin.cancelBackfill', row), run('sequin.cancelBackfill', row)]);
    assert.deepEqual(messages(), ['Cancel public.active → orders?']);
    assert.deepEqual(writes(), []);
  });

  it("changes all selected rows, or only the clicked row when it isn't selected", async () => {
    pressButton('Cancel Backfills');
    const [active, paused] = [findRow('active'), findRow('paused')];
    await run('sequin.pauseBackfill', active, [paused]);
    assert.equal(findBackfill('active').json.state, 'paused');
    assert.equal(writes().length, 1);
    await monitor().waitForPendingWrites([getId(active)]);
    await run('sequin.cancelBackfill', active, [active, paused, findRow('failed'), 'nonsense', null]);
    assert.deepEqual(
      [active, paused].map((row) => monitor().snapshot.backfills.get(sinkId)?.get(getId(row))?.state),
      ['cancelled', 'cancelled'],
    );
    assert.equal(writes().length, 3);
  });

  it('ignores invalid arguments', async () => {
    const { backfillId } = findRow('active') as { backfillId: string };
    const gone = '11111111-1111-4111-8111-111111111111';
    const invalid: readonly unknown[] = [
      ...[null, false, true, 0, Number.NaN, 42, '', 'x', backfillId, [], [[]], [backfillId], {}],
      ...[
        '',
        '.',
        '..',
        '../..',
        '%2e%2e',
        '/',
        '__proto__',
        'constructor',
        gone,
        '\0',
        'x'.repeat(20_000),
      ].flatMap((id) => [{ sinkId: id }, { sinkId: id, backfillId: 'x' }, { sinkId: id, backfillId }]),
      ...[5, null, {}, [], [sinkId], { toString: () => sinkId }].flatMap((id) => [
        { sinkId: id, backfillId },
        { sinkId: id, backfillId: id },
      ]),
      { backfillId },
      { kind: 'sink' },
      { kind: 'message', sinkId: undefined, message: { kind: 'loading' } },
    ];
    const missingBackfills = ['', 'x', '..', '__proto__', gone].map((id) => ({ sinkId, backfillId: id }));
    await vscode.env.clipboard.writeText('before');
    const before = requests().length;
    dismissesQuickPicks = true;
    for (const id of commands) {
      // A command on a sink also accepts a row of one of its backfills.
      const ofSink = /OfSink$|startBackfill$|exportHistory$/.test(id);
      for (const target of ofSink ? invalid : [...invalid, ...missingBackfills]) {
        await run(id, target);
        await run(id, target, [target, target]);
        await run(id, target, target);
      }
    }
    assert.equal(requests().length, before);
    assert.equal(await vscode.env.clipboard.readText(), 'before');
    assert.deepEqual(messages(), []);
    assert.equal(monitor().snapshot.pendingWrites.size, 0);
  });

  it('asks for its target when it is run without one', async () => {
    for (const id of ['startBackfill', 'copyAsCurl', 'copyAsJson', 'exportHistory', 'pauseBackfillsOfSink']) {
      const done = run(`sequin.${id}`);
      await nextQuickPick();
      await run('workbench.action.closeQuickOpen');
      await done;
    }
    assert.deepEqual(writes(), []);
  });

  it("does nothing on the row of a sink if it acts on single backfills, and changes no backfill whose state doesn't allow it", async () => {
    for (const id of ['pauseBackfill', 'resumeBackfill', 'cancelBackfill', 'runAgain']) {
      await run(`sequin.${id}`, sinkRow());
    }
    assert.deepEqual(messages(), []);
    await run('sequin.resumeBackfill', findRow('active'));
    await run('sequin.pauseBackfill', findRow('failed'));
    await run('sequin.runAgain', findRow('active'));
    const [resumed = '', paused = '', ...others] = messages();
    assert.deepEqual(others, ['Only finished backfills of existing tables can be run again.']);
    assert.match(resumed, /^Couldn’t resume public\.active → orders\. It’s active: 50% · /);
    assert.match(paused, /^Couldn’t pause public\.failed → orders\. It already failed /);
    assert.deepEqual(writes(), []);
  });

  it('does nothing while signed out', async () => {
    const { api, emulator } = connection;
    const rows = [sinkRow(), ...states.map(findRow)];
    await api.connections.signOut(emulator.url);
    await waitUntil(api.servers.onDidChangeServers, () => api.servers.monitors.length === 0);
    await vscode.env.clipboard.writeText('before');
    const before = requests().length;
    for (const id of commands) {
      await run(id);
      for (const row of rows) {
        await run(id, row);
        await run(id, row, rows);
      }
    }
    assert.equal(requests().length, before);
    assert.deepEqual(messages(), []);
    assert.equal(await vscode.env.clipboard.readText(), 'before');
    await api.connections.signIn({ id: emulator.url, address: emulator.url }, emulator.token);
    await waitUntil(api.servers.onDidChangeServers, () => api.servers.monitors.length > 0);
  });

  describe('for the clipboard', () => {
    async function copy(command: string, row: TreeNode): Promise<string> {
      await run(command, row);
      const text = await vscode.env.clipboard.readText();
      assert.ok(!text.includes(connection.emulator.token), 'the clipboard contains the token');
      return text;
    }
    const newestFirst = () => {
      const { backfills } = connection.emulator.world.getSink(sinkId);
      return backfills
        .map(({ json }) => json)
        .sort((a, b) => Date.parse(b.inserted_at) - Date.parse(a.inserted_at));
    };

    it('copies a curl command that reads the token from an environment variable', async () => {
      const { url } = connection.emulator;
      const head = `curl --fail-with-body -H "Authorization: Bearer $SEQUIN_TOKEN" -H 'Accept: application/json'`;
      const list = `${url}/api/sinks/${sinkId}/backfills`;
      assert.equal(await copy('sequin.copyAsCurl', sinkRow()), `${head} '${list}'`);
      assert.equal(
        await copy('sequin.copyAsCurl', findRow('failed')),
        `${head} '${list}/${findBackfill('failed').json.id}'`,
      );
    });

    for (const state of states) {
      it(`copies the JSON of a backfill that is ${state}`, async () => {
        assert.deepEqual(
          JSON.parse(await copy('sequin.copyAsJson', findRow(state))),
          findBackfill(state).json,
        );
      });
    }

    it('copies the JSON of all backfills of a sink', async () => {
      assert.deepEqual(JSON.parse(await copy('sequin.copyAsJson', sinkRow())), { data: newestFirst() });
    });

    it("copies the JSON of all backfills of a sink that hasn't been expanded yet", async () => {
      connection = await replaceServer(connection, {
        scenario: 'demo',
        clock: { now: () => Date.UTC(2026, 5, 15, 12) },
      });
      await monitor().refresh();
      const { json, backfills } = connection.emulator.world.getSink('audit-log-s2');
      const text = await copy('sequin.copyAsJson', {
        kind: 'sink',
        connectionId: connection.emulator.url,
        sinkId: json.id,
      });
      const { data } = JSON.parse(text) as { data: { id: string }[] };
      assert.deepEqual(data.map(({ id }) => id).sort(), backfills.map((backfill) => backfill.json.id).sort());
    });
  });
});

function getId(node: TreeNode): string {
  return node.kind === 'backfill' ? node.backfillId : assert.fail();
}
