import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TreeNode } from '../../src/tree/TreeNode.ts';
import type { Backfill } from '../emulator/Backfill.ts';
import type { BackfillState } from '../emulator/sequinTypes.ts';
import { connected, disconnected, until } from './connected.ts';

const states: readonly BackfillState[] = ['active', 'paused', 'completed', 'cancelled', 'failed'];
const shows = ['showInformationMessage', 'showWarningMessage', 'showErrorMessage'] as const;
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

/** What VS Code asks and says with, in whose place a test sees it and answers. */
class Desk {
  /** What was said or asked, oldest first. */
  readonly messages: string[] = [];
  /** The button that is pressed in each message that has it. */
  button: string | undefined;
  /** How often the user was let pick one of a list. */
  lists = 0;
  /** Whether the first of a list is picked, or none. */
  picksFirst = false;
  readonly #original: Partial<typeof vscode.window> = {};
  #picker = Promise.withResolvers<vscode.QuickPick<vscode.QuickPickItem>>();

  constructor() {
    const { window } = vscode;
    const show = (message: string, ...rest: (vscode.MessageItem | vscode.MessageOptions)[]) => {
      this.messages.push(message);
      return Promise.resolve(rest.find((item) => 'title' in item && item.title === this.button));
    };
    const { createQuickPick } = window;
    this.#replace({
      ...Object.fromEntries(shows.map((name) => [name, show])),
      showQuickPick: (items: readonly unknown[]) => {
        this.lists += 1;
        return Promise.resolve(this.picksFirst ? items[0] : undefined);
      },
      createQuickPick: () => {
        const picker = createQuickPick();
        // VS Code highlights an item once it has drawn it.
        picker.onDidChangeActive(() => {
          this.#picker.resolve(picker);
        });
        return picker;
      },
    });
  }

  /** The list that is opened next, or was since the last call, once it is drawn. */
  async picker(): Promise<vscode.QuickPick<vscode.QuickPickItem>> {
    const picker = await this.#picker.promise;
    this.#picker = Promise.withResolvers();
    return picker;
  }

  clear(): void {
    Object.assign(vscode.window, this.#original);
  }

  #replace(functions: Readonly<Record<string, unknown>>): void {
    for (const name of Object.keys(functions)) {
      Object.assign(this.#original, { [name]: vscode.window[name as keyof typeof vscode.window] });
    }
    Object.assign(vscode.window, functions);
  }
}

describe('a command that acts', () => {
  let connection: Awaited<ReturnType<typeof connected>>;
  let desk: Desk;
  let sinkId: string;

  // A notice comes a second later, and so in the middle of another test.
  const setNotices = (value: string | undefined) =>
    vscode.workspace
      .getConfiguration('sequin')
      .update('notifications', value, vscode.ConfigurationTarget.Global);
  before(() => setNotices('off'));
  after(() => setNotices(undefined));

  beforeEach(async () => {
    // The server's clock stands still, and with it its backfills.
    const now = Date.now();
    connection = await connected({ scenario: 'empty', clock: { now: () => now } });
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
    await monitor().loadHistory(sinkId);
    desk = new Desk();
  });
  afterEach(async () => {
    desk.clear();
    await disconnected(connection);
  });

  const monitor = () => connection.api.monitors.all[0] ?? assert.fail('not connected');
  const draw = (node: TreeNode) => connection.api.tree.getTreeItem(node);
  const iconOf = (node: TreeNode) => (draw(node).iconPath as vscode.ThemeIcon).id;
  const onServer = (state: BackfillState): Backfill =>
    connection.emulator.world
      .getSink(sinkId)
      .backfills.find(({ json }) => json.table === `public.${state}`) ?? assert.fail();
  const rowOf = (state: BackfillState): TreeNode => ({
    kind: 'backfill',
    address: connection.emulator.url,
    sinkId,
    backfillId: onServer(state).json.id,
  });
  const sinkRow = (): TreeNode => ({ kind: 'sink', address: connection.emulator.url, sinkId });
  const requests = () => connection.emulator.requests;
  const writes = () => requests().filter(({ method }) => method !== 'GET');
  const run = (id: string, ...args: unknown[]) => vscode.commands.executeCommand(id, ...args);
  const accept = () => run('workbench.action.acceptSelectedQuickOpenItem');
  const underWay = async (count: number) => {
    await until(connection.api.monitors.onDidChange, () => monitor().snapshot.writes.size === count);
  };

  describe('draws', () => {
    const deeds = [
      ['pauseBackfill', 'active', /^pausing… · 50% · /, /^paused · 50% · /, 'debug-pause', ';resume;cancel'],
      ['resumeBackfill', 'paused', /^resuming… · paused · /, /^50% · /, 'sync', ';pause;cancel'],
      [
        'cancelBackfill',
        'active',
        /^cancelling… · 50% · /,
        /^cancelled · 50% · /,
        'circle-slash',
        ';runAgain',
      ],
    ] as const;
    for (const [command, state, during, after, icon, offers] of deeds) {
      it(`what is under way, and what came of it: ${command}`, async () => {
        const row = rowOf(state);
        const [node = assert.fail()] = connection.api.tree
          .getChildren(sinkRow())
          .filter((child) => child.kind === 'backfill' && child.backfillId === idOf(row));
        connection.api.tree.getChildren();
        draw(node);
        const fired = new Set<unknown>();
        const subscription = connection.api.tree.onDidChangeTreeData((nodes) => {
          nodes?.forEach((each) => fired.add(each));
        });
        desk.button = 'Cancel Backfill';
        connection.emulator.fault({ delayMs: 200, method: 'PATCH' });
        const done = run(`sequin.${command}`, node);
        await underWay(1);
        assert.match(String(draw(node).description), during);
        assert.equal(iconOf(node), 'loading~spin');
        assert.equal(draw(node).contextValue, 'sequin.backfill');
        assert.ok(fired.delete(node), 'the row was not drawn anew');

        await done;
        assert.match(String(draw(node).description), after);
        assert.equal(iconOf(node), icon);
        assert.equal(draw(node).contextValue, 'sequin.backfill', 'a double click would meet an offer');
        assert.ok(fired.delete(node), 'the row was not drawn anew');

        await underWay(0);
        assert.equal(draw(node).contextValue, `sequin.backfill${offers}`);
        assert.ok(fired.delete(node), 'the row was not drawn anew');
        subscription.dispose();
      });
    }

    it('the start of a backfill on the row of its sink', async () => {
      const { json } = connection.emulator.world.getSink('single');
      const node: TreeNode = { kind: 'sink', address: connection.emulator.url, sinkId: json.id };
      assert.equal(draw(node).contextValue, 'sequin.sink;start');
      desk.button = 'Start';
      connection.emulator.fault({ delayMs: 200, method: 'POST' });
      const done = run('sequin.startBackfill', node);
      await underWay(1);
      assert.equal(draw(node).description, 'starting a backfill… · Kafka');
      assert.equal(iconOf(node), 'loading~spin');
      await done;
      assert.match(String(draw(node).description), /^1 backfill, counting rows… · Kafka$/);
      assert.notEqual(iconOf(node), 'loading~spin');
      assert.deepEqual(desk.messages, [
        'Start a backfill of public.single?',
        'Started public.single → single.',
      ]);
    });
  });

  describe('is offered', () => {
    const offers: Readonly<Record<BackfillState, string>> = {
      active: ';pause;cancel',
      paused: ';resume;cancel',
      completed: ';runAgain',
      cancelled: ';runAgain',
      failed: ';runAgain',
    };
    for (const state of states) {
      it(`on a backfill that is ${state}`, () => {
        assert.equal(draw(rowOf(state)).contextValue, `sequin.backfill${offers[state]}`);
      });
    }

    it('on no backfill in a state that is not known', async () => {
      onServer('active').json.state = 'rewinding' as BackfillState;
      await monitor().loadHistory(sinkId);
      assert.equal(draw(rowOf('active')).contextValue, 'sequin.backfill');
    });

    it('on no ended backfill of a dropped table', async () => {
      const row = rowOf('completed');
      connection.emulator.world.dropTable('public.completed');
      await monitor().loadHistory(sinkId);
      assert.equal(draw(row).contextValue, 'sequin.backfill');
    });

    it('on a sink, as far as a backfill of it allows', async () => {
      const offered = () => draw(sinkRow()).contextValue?.split(';');
      assert.deepEqual(offered()?.sort(), ['cancel', 'pause', 'resume', 'sequin.sink', 'start']);
      for (const [state, expected] of [
        ['active', ['cancel', 'resume', 'sequin.sink', 'start']],
        ['paused', ['sequin.sink', 'start']],
      ] as const) {
        connection.emulator.world.setBackfill(onServer(state).json.id, { state: 'completed' });
        await monitor().refresh();
        assert.deepEqual(offered()?.sort(), expected);
      }
    });
  });

  describe('from the palette', () => {
    it('lets the user pick of what it suits, and takes the one that is highlighted', async () => {
      const done = run('sequin.resumeBackfill');
      const { items, selectedItems } = await desk.picker();
      assert.deepEqual(
        items.map(({ label }) => label),
        ['public.paused'],
      );
      assert.deepEqual(selectedItems, []);
      await accept();
      await done;
      assert.equal(onServer('paused').json.state, 'active');
      assert.equal(writes().length, 1);
    });

    it('takes all that are ticked, once they are confirmed', async () => {
      const done = run('sequin.cancelBackfill');
      const picker = await desk.picker();
      assert.deepEqual(
        picker.items.map(({ label }) => label),
        ['public.active', 'public.paused'],
      );
      picker.selectedItems = picker.items;
      // VS Code is told of it after this turn.
      await new Promise((resolve) => setTimeout(resolve));
      desk.button = 'Cancel All';
      await accept();
      await done;
      assert.deepEqual(desk.messages, ['Cancel 2 backfills?', 'Cancelled 2 backfills.']);
      assert.equal(onServer('active').json.state, 'cancelled');
      assert.equal(onServer('paused').json.state, 'cancelled');
    });

    it('keeps a list of tables in which something only moves, and says there what ended', async () => {
      const done = run('sequin.startBackfill', sinkRow());
      const picker = await desk.picker();
      const said = () => picker.items.find(({ label }) => label === 'public.active')?.description;
      const before = picker.items;
      const { id } = onServer('active').json;
      connection.emulator.world.setBackfill(id, { rows_processed_count: 600 });
      await monitor().refresh();
      await monitor().loadHistory(sinkId);
      assert.equal(picker.items, before, 'a tick that the user sets just then would be lost');
      assert.equal(said(), '50% · 500 of 1,000 rows');
      connection.emulator.world.setBackfill(id, { state: 'cancelled' });
      await monitor().loadHistory(sinkId);
      assert.match(said() ?? '', /^cancelled · /);
      await run('workbench.action.closeQuickOpen');
      await done;
    });

    it('does nothing where the list is closed', async () => {
      const done = run('sequin.pauseBackfill');
      await desk.picker();
      await run('workbench.action.closeQuickOpen');
      await done;
      assert.deepEqual(writes(), []);
      assert.deepEqual(desk.messages, []);
    });

    it('says so where it suits nothing', async () => {
      for (const state of ['active', 'paused'] as const) {
        connection.emulator.world.setBackfill(onServer(state).json.id, { state: 'completed' });
      }
      await monitor().refresh();
      await run('sequin.pauseBackfill');
      await run('sequin.resumeBackfill');
      await run('sequin.cancelBackfill');
      assert.deepEqual(desk.messages, [
        'No backfill runs that could be paused.',
        'No backfill is paused.',
        'No backfill runs or is paused.',
      ]);
    });

    it('has ticked what is selected in the tree', async () => {
      const ticked = async (): Promise<string> => {
        const done = run('sequin.cancelBackfill');
        const { selectedItems } = await desk.picker();
        await run('workbench.action.closeQuickOpen');
        await done;
        return selectedItems.map(({ label }) => label).join();
      };
      assert.equal(await ticked(), '');
      // VS Code draws the rows and tells of a selection in its own time: until then it is another row.
      do {
        await run('sequin.sinks.focus');
        // The sink; its first backfill, once the sink is expanded; its second one.
        for (const command of ['clear', 'focusFirst', 'expand', 'focusDown', 'toggleSelection']) {
          await run(`list.${command}`);
        }
      } while ((await ticked()) !== 'public.paused');
      // While it can be seen it asks the server by itself.
      await run('workbench.view.explorer');
    });

    it('knows the backfills of a sink that was not asked for before', async () => {
      await disconnected(connection);
      connection = await connected({ scenario: 'empty' });
      const { world } = connection.emulator;
      const source = { include_schemas: null, exclude_schemas: null, exclude_tables: null };
      world.addSink({ name: 'only', source: { ...source, include_tables: ['public.orders'] } });
      const { json } = world.addBackfill('only', { rows_initial_count: 1000, rows_processed_count: 500 });
      desk.picksFirst = true;
      await run('sequin.pauseBackfillsOfSink');
      assert.equal(json.state, 'paused');
    });
  });

  it('sends one request where it is called twice at once', async () => {
    const row = rowOf('active');
    connection.emulator.fault({ delayMs: 50, method: 'PATCH' });
    await Promise.all([run('sequin.pauseBackfill', row), run('sequin.pauseBackfill', row)]);
    assert.equal(writes().length, 1);
    assert.deepEqual(desk.messages, ['Paused public.active → orders.']);
  });

  it('asks one question where it is called twice at once', async () => {
    const row = rowOf('active');
    await Promise.all([run('sequin.cancelBackfill', row), run('sequin.cancelBackfill', row)]);
    assert.deepEqual(desk.messages, ['Cancel public.active → orders?']);
    assert.deepEqual(writes(), []);
  });

  it('changes every row that is selected, and what it was called on where that is another one', async () => {
    desk.button = 'Cancel All';
    const [active, paused] = [rowOf('active'), rowOf('paused')];
    await run('sequin.pauseBackfill', active, [paused]);
    assert.equal(onServer('active').json.state, 'paused');
    assert.equal(writes().length, 1);
    await underWay(0);
    await run('sequin.cancelBackfill', active, [active, paused, rowOf('failed'), 'nonsense', null]);
    assert.deepEqual(
      [active, paused].map((row) => monitor().snapshot.backfills.get(sinkId)?.get(idOf(row))?.state),
      ['cancelled', 'cancelled'],
    );
    assert.equal(writes().length, 3);
  });

  it('does nothing where what it is called on is nonsense', async () => {
    const { backfillId } = rowOf('active') as { backfillId: string };
    const gone = '11111111-1111-4111-8111-111111111111';
    const nonsense: readonly unknown[] = [
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
    const noBackfill = ['', 'x', '..', '__proto__', gone].map((id) => ({ sinkId, backfillId: id }));
    await vscode.env.clipboard.writeText('before');
    const before = requests().length;
    for (const id of commands) {
      // What acts on a sink does so with a row of any kind that names it.
      const ofSink = /OfSink$|startBackfill$|exportHistory$/.test(id);
      for (const target of ofSink ? nonsense : [...nonsense, ...noBackfill]) {
        await run(id, target);
        await run(id, target, [target, target]);
        await run(id, target, target);
      }
    }
    assert.equal(requests().length, before);
    assert.equal(await vscode.env.clipboard.readText(), 'before');
    assert.deepEqual(desk.messages, []);
    assert.equal(monitor().snapshot.writes.size, 0);
  });

  it('asks what is meant, where it takes one thing and is called on nothing', async () => {
    for (const id of ['startBackfill', 'copyAsCurl', 'copyAsJson', 'exportHistory', 'pauseBackfillsOfSink']) {
      const before = desk.lists;
      await run(`sequin.${id}`);
      assert.equal(desk.lists, before + 1, id);
    }
    assert.deepEqual(writes(), []);
  });

  it('of a backfill does nothing on a sink, and does what is not allowed nowhere', async () => {
    for (const id of ['pauseBackfill', 'resumeBackfill', 'cancelBackfill', 'runAgain']) {
      await run(`sequin.${id}`, sinkRow());
    }
    assert.deepEqual(desk.messages, []);
    await run('sequin.resumeBackfill', rowOf('active'));
    await run('sequin.pauseBackfill', rowOf('failed'));
    await run('sequin.runAgain', rowOf('active'));
    const [resumed = '', paused = '', ...others] = desk.messages;
    assert.deepEqual(others, []);
    assert.match(resumed, /^public\.active → orders was not resumed\. It is active: 50% · /);
    assert.match(paused, /^public\.failed → orders was not paused\. It already failed, /);
    assert.deepEqual(writes(), []);
  });

  it('sends nothing while disconnected', async () => {
    const { api, emulator } = connection;
    const rows = [sinkRow(), ...states.map(rowOf)];
    await api.connections.signOut(emulator.url);
    await until(api.monitors.onDidSwitch, () => api.monitors.all.length === 0);
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
    assert.deepEqual(desk.messages, []);
    assert.equal(desk.lists, 0);
    assert.equal(await vscode.env.clipboard.readText(), 'before');
    await api.connections.signIn(emulator.url, emulator.token);
    await until(api.monitors.onDidSwitch, () => api.monitors.all.length > 0);
  });

  describe('copies', () => {
    async function copied(command: string, row: TreeNode): Promise<string> {
      await run(command, row);
      const text = await vscode.env.clipboard.readText();
      assert.ok(!text.includes(connection.emulator.token), 'the token is in the clipboard');
      return text;
    }
    const newestFirst = () => {
      const { backfills } = connection.emulator.world.getSink(sinkId);
      return backfills
        .map(({ json }) => json)
        .sort((a, b) => Date.parse(b.inserted_at) - Date.parse(a.inserted_at));
    };

    it('a command for curl, which asks for the token’s variable', async () => {
      const { url } = connection.emulator;
      const head = `curl --fail-with-body -H "Authorization: Bearer $SEQUIN_TOKEN" -H 'Accept: application/json'`;
      const list = `${url}/api/sinks/${sinkId}/backfills`;
      assert.equal(await copied('sequin.copyAsCurl', sinkRow()), `${head} '${list}'`);
      assert.equal(
        await copied('sequin.copyAsCurl', rowOf('failed')),
        `${head} '${list}/${onServer('failed').json.id}'`,
      );
    });

    for (const state of states) {
      it(`a backfill that is ${state} as the server tells it`, async () => {
        assert.deepEqual(JSON.parse(await copied('sequin.copyAsJson', rowOf(state))), onServer(state).json);
      });
    }

    it('all backfills of a sink as the server tells them', async () => {
      assert.deepEqual(JSON.parse(await copied('sequin.copyAsJson', sinkRow())), { data: newestFirst() });
    });

    it('also those of a sink whose history nobody asked for', async () => {
      await disconnected(connection);
      connection = await connected({ scenario: 'demo', clock: { now: () => Date.UTC(2026, 5, 15, 12) } });
      await monitor().refresh();
      const { json, backfills } = connection.emulator.world.getSink('audit-log-s2');
      const text = await copied('sequin.copyAsJson', {
        kind: 'sink',
        address: connection.emulator.url,
        sinkId: json.id,
      });
      const { data } = JSON.parse(text) as { data: { id: string }[] };
      assert.deepEqual(data.map(({ id }) => id).sort(), backfills.map((backfill) => backfill.json.id).sort());
    });
  });
});

function idOf(node: TreeNode): string {
  return node.kind === 'backfill' ? node.backfillId : assert.fail();
}
