import assert from 'node:assert/strict';
import { createSandbox, type SinonStub } from 'sinon';
import * as vscode from 'vscode';
import type { Backfill } from '../../src/sampleServer/Backfill.ts';
import type { BackfillState } from '../../src/sampleServer/sequinTypes.ts';
import type { BackfillNode, TreeNode } from '../../src/tree/TreeNode.ts';
import { useConnection, waitUntil } from './Connection.ts';

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
  const connection = useConnection();
  let showMessage: SinonStub<[message: string, ...items: vscode.MessageItem[]]>;
  let quickPick: PromiseWithResolvers<QuickPick>;
  let dismissesQuickPicks: boolean;

  // A notification would appear a second after its cause, in the middle of another test.
  const setNotifications = (value: string | undefined) =>
    vscode.workspace
      .getConfiguration('sequin')
      .update('notifications', value, vscode.ConfigurationTarget.Global);
  before(() => setNotifications('off'));
  after(() => setNotifications(undefined));

  beforeEach(async () => {
    // The clock of the server doesn't advance, so its backfills make no progress.
    const now = Date.now();
    await connection.replaceServer({ scenario: 'empty', clock: { now: () => now } });
    addSink('orders', ...states.map((state) => `public.${state}`));
    addSink('single', 'public.single');
    states.forEach((state, index) => {
      connection.emulator.world.addBackfill('orders', {
        table: `public.${state}`,
        state,
        inserted_at: new Date(now - index * 60_000).toISOString().replace(/\.\d+/, ''),
        rows_initial_count: 1000,
        rows_processed_count: 500,
      });
    });
    await connection.monitor.refresh();
    await loadBackfills();
    stubUserInterface();
  });
  afterEach(() => {
    sandbox.restore();
  });

  function addSink(name: string, ...tables: string[]): void {
    const source = { include_schemas: null, exclude_schemas: null, exclude_tables: null };
    const destination = { type: 'kafka', hosts: 'kafka:9092', topic: name };
    connection.emulator.world.addSink({ name, source: { ...source, include_tables: tables }, destination });
  }

  /** Dismisses all messages. Quick picks are real; `waitForQuickPick` waits for them. */
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
      // VS Code makes an item active once it has rendered the list.
      const rendered = created.onDidChangeActive(() => {
        rendered.dispose();
        quickPick.resolve(created);
      });
      return created;
    });
  }

  /** The text of all messages so far, oldest first. */
  const listMessages = () => showMessage.args.map(([message]) => message);

  /** Answers each of the following messages with its button of this title, if it has one. */
  function pressButton(title: string): void {
    showMessage.callsFake((_message, ...items) =>
      Promise.resolve(items.find((item) => item.title === title)),
    );
  }

  /** Waits for the first quick pick that was rendered since the last call. */
  async function waitForQuickPick(): Promise<QuickPick> {
    const rendered = await quickPick.promise;
    quickPick = Promise.withResolvers();
    return rendered;
  }

  const loadBackfills = () => connection.monitor.backfillLists.load(sinkRow().sinkId);
  const getItem = (node: TreeNode) => connection.api.tree.getTreeItem(node);
  const getIcon = (node: TreeNode) => (getItem(node).iconPath as vscode.ThemeIcon).id;
  const findBackfill = (state: BackfillState): Backfill =>
    connection.emulator.world
      .getSink('orders')
      .backfills.find(({ json }) => json.table === `public.${state}`) ?? assert.fail();
  const sinkRow = () => connection.sinkRow('orders');
  const findRow = (state: BackfillState): BackfillNode => ({
    ...sinkRow(),
    kind: 'backfill',
    backfillId: findBackfill(state).json.id,
  });
  const listRequests = () => connection.emulator.requests;
  const listWrites = () => listRequests().filter(({ method }) => method !== 'GET');
  const run = (id: string, ...args: unknown[]) => vscode.commands.executeCommand(id, ...args);
  const accept = () => run('workbench.action.acceptSelectedQuickOpenItem');
  const close = () => run('workbench.action.closeQuickOpen');
  const waitForPendingWrite = () =>
    waitUntil(
      connection.api.servers.onDidChangeSnapshot,
      () => connection.monitor.snapshot.pendingWrites.size === 1,
    );

  describe('in the tree', () => {
    const changes = [
      ['pauseBackfill', 'active', /^pausing…$/, /^Paused at 50%$/, 'debug-pause', ';resume;cancel'],
      ['resumeBackfill', 'paused', /^resuming…$/, /^50%/, 'sync', ';pause;cancel'],
      ['cancelBackfill', 'active', /^canceling…$/, /^at 50% · /, 'circle-slash', ';runAgain'],
    ] as const;
    for (const [command, state, during, after, icon, actions] of changes) {
      it(`shows a spinner while ${command} runs and the new state afterwards`, async () => {
        const { tree } = connection.api;
        const { backfillId } = findRow(state);
        const [node = assert.fail()] = tree
          .getChildren(sinkRow())
          .filter((child) => child.kind === 'backfill' && child.backfillId === backfillId);
        tree.getChildren();
        tree.setVisible(true);
        tree.setExpanded(sinkRow(), true);
        getItem(node);
        const updated = new Set<unknown>();
        const subscription = tree.onDidChangeTreeData((nodes) => {
          nodes?.forEach((each) => updated.add(each));
        });
        pressButton('Cancel Backfill');
        connection.emulator.fault({ delayMs: 200, method: 'PATCH' });
        const done = run(`sequin.${command}`, node);
        await waitForPendingWrite();
        assert.match(String(getItem(node).description), during);
        assert.equal(getIcon(node), 'loading~spin');
        assert.equal(getItem(node).contextValue, 'sequin.backfill');
        assert.ok(updated.delete(node), 'the row wasn’t updated');
        updated.clear();

        await done;
        assert.match(String(getItem(node).description), after);
        assert.equal(getIcon(node), icon);
        // The row offers no actions until another change is possible.
        await waitUntil(
          tree.onDidChangeTreeData,
          () => getItem(node).contextValue === `sequin.backfill${actions}`,
        );
        // A cancelled backfill changes its position, so the sink is updated with all rows below it.
        assert.ok(updated.has(node) || updated.has(tree.getParent(node)), 'the row wasn’t updated');
        subscription.dispose();
      });
    }

    it('shows a spinner on the sink while a backfill starts and its progress afterwards', async () => {
      const node = connection.sinkRow('single');
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
      assert.deepEqual(listMessages(), ['Start a backfill of public.single?']);
    });

    it('is offered on a sink only if the state of one of its backfills allows it', async () => {
      const all = ['cancel', 'disableSink', 'pause', 'pauseSink', 'resume', 'sequin.sink', 'start'];
      for (const [finished, missing] of [
        [undefined, []],
        ['active', ['pause']],
        ['paused', ['pause', 'resume', 'cancel']],
      ] as const) {
        if (finished !== undefined) {
          connection.emulator.world.setBackfill(findBackfill(finished).json.id, { state: 'completed' });
          await connection.monitor.refresh();
        }
        const actions = getItem(sinkRow()).contextValue?.split(';').sort();
        assert.deepEqual(
          actions,
          all.filter((action) => !missing.some((name) => name === action)),
        );
      }
    });
  });

  describe('from the Command Palette', () => {
    it('lists the backfills that it applies to and changes the highlighted backfill', async () => {
      const done = run('sequin.resumeBackfill');
      const { items, selectedItems } = await waitForQuickPick();
      assert.deepEqual(
        items.map(({ label }) => label),
        ['Paused', 'public.paused'],
      );
      assert.deepEqual(selectedItems, []);
      await accept();
      await done;
      assert.equal(findBackfill('paused').json.state, 'active');
      assert.equal(listWrites().length, 1);
    });

    it('starts a backfill of each selected table, and offers the console beside the title', async () => {
      const done = run('sequin.startBackfill', sinkRow());
      const picker = await waitForQuickPick();
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
      assert.deepEqual(listMessages(), ['Start 3 backfills?']);
      assert.equal(listWrites().length, 3);
    });

    it('keeps the list of tables unchanged during progress and updates it when a backfill finishes', async () => {
      const done = run('sequin.startBackfill', sinkRow());
      const picker = await waitForQuickPick();
      const description = () => picker.items.find(({ label }) => label === 'public.active')?.description;
      const itemsBefore = picker.items;
      const { id } = findBackfill('active').json;
      connection.emulator.world.setBackfill(id, { rows_processed_count: 600 });
      await connection.monitor.refresh();
      await loadBackfills();
      assert.equal(picker.items, itemsBefore, 'a checkbox that the user is clicking would be reset');
      assert.match(description() ?? '', /^Running · 50%/);
      connection.emulator.world.setBackfill(id, { state: 'cancelled' });
      await loadBackfills();
      assert.match(description() ?? '', /^Cancelled · /);
      await close();
      await done;
      assert.deepEqual([listWrites(), listMessages()], [[], []]);
    });

    it('preselects the backfill that is selected in the tree', async () => {
      const getPreselectedLabels = async (): Promise<string> => {
        const done = run('sequin.cancelBackfill');
        const { selectedItems } = await waitForQuickPick();
        await close();
        await done;
        return selectedItems.map(({ label }) => label).join();
      };
      assert.equal(await getPreselectedLabels(), '');
      // VS Code renders rows and reports selections asynchronously. Until then, another row is selected.
      do {
        await run('sequin.sinks.focus');
        // `expand` focuses the first backfill if the sink is already expanded. `focusDown` focuses the row below, and
        // `toggleSelection` selects that row.
        for (const command of ['clear', 'focusFirst', 'expand', 'focusDown', 'toggleSelection']) {
          await run(`list.${command}`);
        }
      } while ((await getPreselectedLabels()) !== 'public.paused');
      // Hides the tree, because a visible tree polls the server.
      await run('workbench.view.explorer');
    });

    it("loads the backfills of a sink that hasn't been expanded yet", async () => {
      await connection.replaceServer({ scenario: 'empty' });
      addSink('only', 'public.orders');
      const { json } = connection.emulator.world.addBackfill('only', {
        rows_initial_count: 1000,
        rows_processed_count: 500,
      });
      const done = run('sequin.pauseBackfillsOfSink');
      await waitForQuickPick();
      await accept();
      await done;
      assert.equal(json.state, 'paused');
    });
  });

  it('asks for confirmation only once if it is run twice at the same time', async () => {
    const row = findRow('active');
    await Promise.all([run('sequin.cancelBackfill', row), run('sequin.cancelBackfill', row)]);
    assert.deepEqual(listMessages(), ['Cancel public.active → orders?']);
    assert.deepEqual(listWrites(), []);
  });

  it('ignores invalid arguments', async () => {
    const { sinkId, backfillId } = findRow('active');
    const gone = '11111111-1111-4111-8111-111111111111';
    const invalidIds = ['', '..', '%2e%2e', '/', '__proto__', 'constructor', gone, '\0', 'x'.repeat(20_000)];
    const invalid: readonly unknown[] = [
      ...[null, false, true, 0, Number.NaN, 42, '', 'x', backfillId, [], [[]], [backfillId], {}],
      ...invalidIds.flatMap((id) => [
        { sinkId: id },
        { sinkId: id, backfillId: 'x' },
        { sinkId: id, backfillId },
      ]),
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
    const requestCount = listRequests().length;
    // On a slow machine, this test takes longer than the interval between two polls.
    const isPoll = (path: string): boolean => path === '/api/sinks';
    dismissesQuickPicks = true;
    for (const id of commands) {
      // A command on a sink also accepts a row of one of its backfills.
      const acceptsSink = /OfSink$|startBackfill$|exportHistory$/.test(id);
      for (const target of acceptsSink ? invalid : [...invalid, ...missingBackfills]) {
        await run(id, target);
        await run(id, target, [target, target]);
        await run(id, target, target);
      }
    }
    for (const id of ['pauseBackfill', 'resumeBackfill', 'cancelBackfill', 'runAgain']) {
      await run(`sequin.${id}`, sinkRow());
    }
    assert.deepEqual(
      listRequests()
        .slice(requestCount)
        .filter(({ path }) => !isPoll(path)),
      [],
    );
    assert.equal(await vscode.env.clipboard.readText(), 'before');
    assert.deepEqual(listMessages(), []);
    assert.equal(connection.monitor.snapshot.pendingWrites.size, 0);
  });

  it('shows a quick pick of targets if it is run without a target', async () => {
    for (const id of ['startBackfill', 'copyAsCurl', 'copyAsJson', 'exportHistory', 'pauseBackfillsOfSink']) {
      const done = run(`sequin.${id}`);
      await waitForQuickPick();
      await close();
      await done;
    }
    assert.deepEqual(listWrites(), []);
  });

  it('does nothing while signed out', async () => {
    const rows = [sinkRow(), ...states.map(findRow)];
    await connection.signOut();
    await vscode.env.clipboard.writeText('before');
    const requestCount = listRequests().length;
    for (const id of commands) {
      await run(id);
      for (const row of rows) {
        await run(id, row);
        await run(id, row, rows);
      }
    }
    assert.equal(listRequests().length, requestCount);
    assert.deepEqual(listMessages(), []);
    assert.equal(await vscode.env.clipboard.readText(), 'before');
    await connection.signIn();
  });

  describe('for the clipboard', () => {
    async function copy(command: string, row: TreeNode): Promise<string> {
      await run(command, row);
      const text = await vscode.env.clipboard.readText();
      assert.ok(!text.includes(connection.emulator.token), 'the clipboard contains the token');
      return text;
    }

    it('copies a curl command that reads the token from an environment variable', async () => {
      const head = `curl --fail-with-body -H "Authorization: Bearer $SEQUIN_TOKEN" -H 'Accept: application/json'`;
      const list = `${connection.emulator.url}/api/sinks/${sinkRow().sinkId}/backfills`;
      assert.equal(await copy('sequin.copyAsCurl', sinkRow()), `${head} '${list}'`);
      const { backfillId } = findRow('failed');
      assert.equal(await copy('sequin.copyAsCurl', findRow('failed')), `${head} '${list}/${backfillId}'`);
    });

    it('copies the JSON of a backfill, and of all backfills of a sink', async () => {
      const { backfills } = connection.emulator.world.getSink('orders');
      assert.deepEqual(
        JSON.parse(await copy('sequin.copyAsJson', findRow('cancelled'))),
        findBackfill('cancelled').json,
      );
      // The backfills were created from newest to oldest.
      const data = backfills.map(({ json }) => json);
      assert.deepEqual(JSON.parse(await copy('sequin.copyAsJson', sinkRow())), { data });
    });

    it("copies the JSON of all backfills of a sink that hasn't been expanded yet", async () => {
      await connection.replaceServer({ scenario: 'demo', clock: { now: () => Date.UTC(2026, 5, 15, 12) } });
      await connection.monitor.refresh();
      const { backfills } = connection.emulator.world.getSink('audit-log-s2');
      const text = await copy('sequin.copyAsJson', connection.sinkRow('audit-log-s2'));
      const { data } = JSON.parse(text) as { data: { id: string }[] };
      assert.deepEqual(data.map(({ id }) => id).sort(), backfills.map((backfill) => backfill.json.id).sort());
    });
  });
});
