import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SequinApi } from '../../../src/api/SequinApi.ts';
import type { CommandContext, CommandHandler } from '../../../src/commands/CommandHandler.ts';
import type { Target } from '../../../src/commands/Target.ts';
import { createPageContent } from '../../../src/detail/pageContent.ts';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { SequinError } from '../../../src/model/failure.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { ServerRegistry } from '../../../src/servers/ServerRegistry.ts';
import { renderStatus } from '../../../src/statusBar/renderStatus.ts';
import type { TreeNode } from '../../../src/tree/TreeNode.ts';
import { apiWith, backfill, connectionTo, now, serversOf, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { assertNoHostileText, hostileText as hostile } from '../text/hostileText.ts';
import { createContext } from './createContext.ts';
import { shown, useVscodeWindowStub } from './vscodeWindowStub.ts';

const address = 'http://localhost:7376';
const hostileSink = sink({
  name: hostile,
  status: hostile,
  database: hostile,
  destination: { type: hostile, address: hostile, fields: { [hostile]: hostile, topic: hostile } },
  settings: {
    actions: [hostile],
    filter: hostile,
    transform: hostile,
    enrichment: hostile,
    routing: hostile,
    batchSize: 1,
    messageGrouping: true,
    maxRetryCount: 1,
    loadSheddingPolicy: hostile,
    timestampFormat: hostile,
  },
  source: {
    includeSchemas: null,
    excludeSchemas: null,
    includeTables: [hostile, `${hostile}2`],
    excludeTables: [hostile],
  },
  health: { status: hostile, checks: [{ name: hostile, status: 'error', error: hostile }] },
});
const running = backfill({ table: hostile, sortColumn: hostile });
const finished = backfill({ id: hostile, table: hostile, state: 'completed', completedAt: now });
const unknown = backfill({ id: 'b3', table: `${hostile}3`, state: hostile });

/** Decodes the character references of a hover, and removes the icons, links and images that the extension adds. */
const decode = (markdown: string): string =>
  markdown
    .replace(/\$\([a-z-]+\)/g, '')
    .replace(/\]\((?:data:image\/svg|command:sequin\.)[^)]*\)/g, ']')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));

describe('untrusted text in views and commands', () => {
  let clock: TestClock;
  let servers: ServerRegistry;
  let monitor: ServerMonitor;
  let context: CommandContext;
  let home: string;
  const previousHome = process.env['HOME'];
  const backfillTarget: Target = {
    kind: 'backfill',
    connectionId: address,
    sinkId: running.sinkId,
    backfillId: running.id,
  };
  const sinkTarget: Target = { kind: 'sink', connectionId: address, sinkId: running.sinkId };
  const connectionTarget: Target = { kind: 'connection', connectionId: address };

  before(() => {
    home = mkdtempSync(join(tmpdir(), 'sequin-home-'));
    process.env['HOME'] = process.env['USERPROFILE'] = home;
    const folder = join(home, '.sequin', 'contexts');
    mkdirSync(folder, { recursive: true });
    const cliContext = {
      name: hostile,
      description: hostile,
      hostname: 'localhost:7376',
      api_token: 'token',
    };
    writeFileSync(join(folder, 'good.json'), JSON.stringify(cliContext));
    writeFileSync(join(folder, 'שלום [x](command:y)$(trash).json'), 'no JSON');
  });
  after(() => {
    process.env['HOME'] = previousHome;
    rmSync(home, { recursive: true });
  });

  beforeEach(async () => {
    useVscodeWindowStub();
    clock = new TestClock(now);
    servers = new ServerRegistry();
    const rejection = (): Promise<never> =>
      Promise.reject(
        new SequinError({
          kind: 'invalid',
          status: 422,
          serverMessages: [hostile, `Table ${hostile} not found`],
        }),
      );
    const api: Partial<SequinApi> = {
      listSinks: () =>
        Promise.resolve({
          items: [{ sink: hostileSink, unfinishedBackfills: [running] }],
          skipped: 0,
          serverTime: now,
        }),
      listBackfills: () => Promise.resolve({ items: [running, finished, unknown], skipped: 0 }),
      getVersion: () => Promise.resolve(hostile),
      getBackfill: () => Promise.resolve(running),
      updateBackfill: rejection,
      createBackfill: rejection,
    };
    monitor = new ServerMonitor({
      connection: connectionTo(address, { name: hostile, production: true }),
      api: apiWith(api),
      clock,
      intervalMs: () => 0,
    });
    await monitor.refresh();
    await monitor.backfillLists.load(hostileSink.id);
    servers.setServers([
      ...serversOf(monitor),
      {
        state: {
          kind: 'invalidAddress',
          connection: { id: hostile, name: hostile, address: hostile, production: false },
          problem: 'notAnAddress',
        },
        monitor: undefined,
      },
    ]);
    const entries = [address, hostile].map((entry) => ({
      id: entry,
      name: hostile,
      address: entry,
      problem: undefined,
      production: true,
      hidden: true,
    }));
    const connections: Partial<CommandContext['connections']> = {
      entries,
      update: () => Promise.resolve(),
      remove: () => Promise.resolve(shown.length % 2 === 0),
      signOut: () => Promise.resolve(shown.length % 2 === 0),
      signIn: () => Promise.resolve(true),
    };
    const log = { error: () => undefined, show: () => undefined };
    const { createVsCodeUi } = await import('../../../src/commands/createVsCodeUi.ts');
    context = createContext({
      ui: createVsCodeUi(log, { show: (...args) => shown.push(...args) }),
      servers,
      connections,
      getSelection: () => [],
      insecureConsent: { has: () => true, add: () => undefined },
      log,
    });
  });
  afterEach(() => {
    servers.dispose();
    monitor.dispose();
  });

  it('is converted in rows and hovers', async () => {
    const { getRowKind } = await import('../../../src/tree/getRowKind.ts');
    const nodes: TreeNode[] = [
      { kind: 'connection', connectionId: address },
      { kind: 'connection', connectionId: hostile },
      { kind: 'sink', connectionId: address, sinkId: hostileSink.id },
      ...[running, finished, unknown].map(({ id, sinkId }): TreeNode => ({
        kind: 'backfill',
        connectionId: address,
        sinkId,
        backfillId: id,
      })),
      {
        kind: 'message',
        connectionId: address,
        list: 'sinks',
        sinkId: undefined,
        message: { kind: 'failed', failure: { kind: 'invalid', status: 422, serverMessages: [hostile] } },
      },
    ];
    for (const node of nodes) {
      const server = servers.getServer(node.connectionId) ?? assert.fail();
      const { render, createHover } = getRowKind(node);
      const { label, description, accessibleLabel, tooltip } =
        render(node, server, true) ?? assert.fail(`no row for ${node.kind}`);
      assert.notEqual(label, '');
      assertNoHostileText({ label, description, accessibleLabel, tooltip }, node.kind);
      const hover = createHover?.(node, server, now);
      assert.equal(hover === undefined, node.kind === 'message');
      assertNoHostileText(decode(hover?.value ?? ''), `hover of ${node.kind}`);
    }
  });

  it('is converted in the status bar', () => {
    const status = renderStatus({
      monitors: [monitor, monitor],
      lastViewedAt: 0,
      isStallSeen: () => false,
      now,
    });
    assertNoHostileText({ ...status, hover: decode(status?.hover ?? assert.fail()) }, 'status');
  });

  it('is converted on the pages', () => {
    for (const { id, sinkId } of [running, finished, unknown]) {
      const { page, notice } = createPageContent({ connectionId: address, sinkId, backfillId: id }, monitor);
      assert.ok(page?.kind === 'backfill');
      const { state, checks, runs, ...texts } = page;
      // The ids select icons and commands, and are not shown.
      const shownTexts = {
        ...texts,
        notice,
        stateName: state.name,
        checks: checks.map(({ name, statusName, error }) => [name, statusName, error]),
        runs: { ...runs, rows: runs.rows.map(({ cells }) => cells) },
      };
      const { json, ...others } = shownTexts;
      assertNoHostileText(others, 'page');
      assert.doesNotMatch(json, /(?!\n)\p{Cc}|[\u200B\u202A-\u202E]|\p{Surrogate}/u);
    }
    const { page, notice } = createPageContent({ connectionId: address, sinkId: hostileSink.id }, monitor);
    assert.ok(page?.kind === 'sink');
    const { state, checks, backfills, tables, ...texts } = page;
    assertNoHostileText(
      {
        ...texts,
        notice,
        stateName: state.name,
        checks: checks.map(({ name, statusName, error }) => [name, statusName, error]),
        backfills: { ...backfills, rows: backfills.rows.map(({ cells }) => cells) },
        tables: tables?.rows.map(({ cells }) => cells),
      },
      'page of a sink',
    );
    const unconnected = createPageContent(
      { connectionId: hostile, sinkId: hostile, backfillId: hostile },
      undefined,
      {
        connectionName: hostile,
      },
    );
    assertNoHostileText(unconnected, 'page without a connection');
  });

  /** Runs a command and waits until it has shown everything. */
  async function run(handler: CommandHandler, target?: Target): Promise<void> {
    const targets = target && [target];
    await handler(context, { target, targets });
    await clock.advance(1_000);
  }

  type LoadHandler = () => Promise<CommandHandler>;
  const commandCases: Readonly<Record<string, readonly [load: LoadHandler, target?: Target]>> = {
    cancelBackfill: [
      async () =>
        (await import('../../../src/commands/backfills/changeBackfills.ts')).createChangeCommand('cancel'),
      backfillTarget,
    ],
    'cancelBackfill with a picker': [
      async () =>
        (await import('../../../src/commands/backfills/changeBackfills.ts')).createChangeCommand('cancel'),
    ],
    'resumeBackfill of a running backfill': [
      async () =>
        (await import('../../../src/commands/backfills/changeBackfills.ts')).createChangeCommand('resume'),
      backfillTarget,
    ],
    startBackfill: [
      async () => (await import('../../../src/commands/backfills/startBackfill.ts')).startBackfill,
      sinkTarget,
    ],
    'startBackfill of a new table': [
      async () => {
        const { startTables } = await import('../../../src/commands/backfills/startBackfill.ts');
        return (commandContext) =>
          startTables(commandContext, { monitor, sink: hostileSink }, [`${hostile}2`, hostile]);
      },
      sinkTarget,
    ],
    'startBackfill of a table with a running backfill': [
      async () => {
        const { startTables } = await import('../../../src/commands/backfills/startBackfill.ts');
        return (commandContext) => startTables(commandContext, { monitor, sink: hostileSink }, [hostile]);
      },
      sinkTarget,
    ],
    openBackfill: [async () => (await import('../../../src/commands/view/openPage.ts')).openBackfill],
    openSink: [async () => (await import('../../../src/commands/view/openPage.ts')).openSink],
    exportHistory: [
      async () => (await import('../../../src/commands/backfills/exportBackfills.ts')).exportBackfills,
      sinkTarget,
    ],
    copySinkName: [async () => (await import('../../../src/commands/copy/copyCommands.ts')).copySinkName],
    signOut: [
      async () => (await import('../../../src/commands/connections/connectionCommands.ts')).signOut,
      connectionTarget,
    ],
    removeConnection: [
      async () => (await import('../../../src/commands/connections/connectionCommands.ts')).removeConnection,
      connectionTarget,
    ],
    'removeConnection with a picker': [
      async () => (await import('../../../src/commands/connections/connectionCommands.ts')).removeConnection,
    ],
    renameConnection: [
      async () => (await import('../../../src/commands/connections/connectionCommands.ts')).renameConnection,
      connectionTarget,
    ],
    enterToken: [
      async () => (await import('../../../src/commands/connections/connect.ts')).enterToken,
      connectionTarget,
    ],
    showConnections: [
      async () => (await import('../../../src/commands/connections/connectionCommands.ts')).showConnections,
    ],
    importConnections: [
      async () => (await import('../../../src/commands/connections/importConnections.ts')).importConnections,
    ],
  };

  /** Selects the strings that VS Code would show from the recorded arguments of VS Code's functions. */
  function selectShownTexts(value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map(selectShownTexts);
    }
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    const shownKeys = [
      'label',
      'description',
      'detail',
      'title',
      'placeholder',
      'placeHolder',
      'prompt',
      'items',
    ];
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, part]) =>
        shownKeys.includes(key) ? [[key, selectShownTexts(part)] as const] : [],
      ),
    );
  }

  for (const [title, [load, target]] of Object.entries(commandCases)) {
    it(`is converted in ${title}`, async () => {
      await run(await load(), target);
      const texts = selectShownTexts(shown);
      assert.match(JSON.stringify(texts), /\u2068/, 'shows no name');
      assertNoHostileText(texts, title);
    });
  }

  it('is stored unchanged in the model', () => {
    const stored: Backfill | undefined = monitor.snapshot.backfills.get(hostileSink.id)?.get(running.id);
    assert.equal(stored?.table, hostile);
    assert.equal(monitor.snapshot.sinks.get(hostileSink.id)?.name, hostile);
  });
});
