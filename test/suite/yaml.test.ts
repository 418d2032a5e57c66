import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  activateExtension,
  type Connection,
  connectToEmulator,
  disconnect,
  waitUntil,
} from './connectToEmulator.ts';
import { closeEditor, listSamples, openYaml, readSample, waitForDiagnostics } from './openYaml.ts';

const isVisible = ({ severity }: vscode.Diagnostic): boolean => severity !== vscode.DiagnosticSeverity.Hint;

describe('sequin.yaml', () => {
  before(activateExtension);
  afterEach(closeEditor);

  for (const name of listSamples('.')) {
    it(`finds no problem in ${name}`, async () => {
      const document = await openYaml(readSample(name));
      // Every sample has variables that are unset here.
      const diagnostics = await waitForDiagnostics(document, ({ length }) => length > 0);
      assert.deepEqual(diagnostics.filter(isVisible), []);
    });
  }

  for (const name of listSamples('broken')) {
    it(`reports only the mistake in broken/${name}`, async () => {
      const text = readSample(`broken/${name}`);
      const document = await openYaml(text);
      const diagnostics = await waitForDiagnostics(document, (current) => current.some(isVisible));
      const lines = diagnostics.filter(isVisible).map(({ range }) => String(range.start.line + 1));
      assert.deepEqual(lines, [/^# expect: (\d+):/.exec(text)?.[1]]);
    });
  }

  it('applies a quick fix, after which the problem disappears', async () => {
    const document = await openYaml('sinks: []\ndatabase: []\n');
    const [diagnostic] = await waitForDiagnostics(document, ({ length }) => length === 1);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      diagnostic?.range,
    );
    const fix = actions.find(({ title }) => title === 'Change to databases');
    assert.equal(fix?.isPreferred, true);
    assert.ok(fix.edit);
    await vscode.workspace.applyEdit(fix.edit);
    assert.equal(document.getText(), 'sinks: []\ndatabases: []\n');
    await waitForDiagnostics(document, ({ length }) => length === 0);
  });

  it('applies a quick fix at the right place immediately after a change', async () => {
    const document = await openYaml('database: []\nsinks: []\n');
    await waitForDiagnostics(document, ({ length }) => length === 1);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), '# A comment\n');
    await vscode.workspace.applyEdit(edit);
    const [fix] = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(1, 0, 1, 8),
    );
    assert.ok(fix?.edit);
    await vscode.workspace.applyEdit(fix.edit);
    assert.equal(document.getText(), '# A comment\ndatabases: []\nsinks: []\n');
  });

  it('moves a secret to the end of .env in the same folder, to a name that is not in use there', async () => {
    const document = await openYaml('api_tokens:\n  - name: ci\n    token: abc\n');
    const environment = vscode.Uri.joinPath(document.uri, '../.env');
    await vscode.workspace.fs.writeFile(environment, new TextEncoder().encode('CI_TOKEN=1'));
    const [diagnostic] = await waitForDiagnostics(document, ({ length }) => length === 1);
    const [fix] = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      diagnostic?.range,
    );
    assert.ok(fix?.edit);
    await vscode.workspace.applyEdit(fix.edit);
    assert.match(document.getText(), /token: "\$\{CI_TOKEN_2\}"/);
    const moved = await vscode.workspace.openTextDocument(environment);
    assert.equal(moved.getText(), 'CI_TOKEN=1\nCI_TOKEN_2=abc\n');
    await moved.save();
  });

  it('offers no .env for a secret in an untitled file, which has no folder', async () => {
    const content = 'change_retentions: []\napi_tokens:\n  - name: ci\n    token: abc\n';
    const document = await vscode.workspace.openTextDocument({ language: 'yaml', content });
    await vscode.window.showTextDocument(document);
    const [diagnostic] = await waitForDiagnostics(document, ({ length }) => length === 1);
    assert.match(diagnostic?.message ?? '', /^Secret in clear text/);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      diagnostic?.range,
    );
    assert.deepEqual(
      actions.filter(({ title }) => title.includes('.env')),
      [],
    );
  });

  it('checks a YAML file with another name once its content is that of Sequin', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'yaml', content: 'sinks: 1\n' });
    await vscode.window.showTextDocument(document);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(1, 0), 'x:\n  - destination: 1\n');
    await vscode.workspace.applyEdit(edit);
    const diagnostics = await waitForDiagnostics(document, ({ length }) => length > 0);
    assert.deepEqual(
      diagnostics.map(({ message }) => message),
      ['Must be a list.', 'Sequin ignores the unknown section "x".'],
    );
  });

  it('fires no event about diagnostics for other documents, which would reach all extensions', async () => {
    const other = await vscode.workspace.openTextDocument({ language: 'yaml', content: 'a: 1\n' });
    const sequinYaml = await openYaml('sinks: []\n');
    const uris: string[] = [];
    const subscription = vscode.languages.onDidChangeDiagnostics((event) => {
      uris.push(...event.uris.map(String));
    });
    const edit = new vscode.WorkspaceEdit();
    for (const { uri } of [other, sequinYaml]) {
      edit.insert(uri, new vscode.Position(0, 0), 'database: []\n');
    }
    await vscode.workspace.applyEdit(edit);
    await waitForDiagnostics(sequinYaml, ({ length }) => length === 1);
    subscription.dispose();
    assert.equal(uris.includes(String(sequinYaml.uri)), true);
    assert.equal(uris.includes(String(other.uri)), false);
  });
});

describe('navigation in sequin.yaml', () => {
  let document: vscode.TextDocument;
  const positionOf = (text: string, offset = 0): vscode.Position =>
    document.positionAt(document.getText().indexOf(text) + offset);
  const execute = <T>(command: string, ...args: unknown[]): Thenable<T> =>
    vscode.commands.executeCommand<T>(command, document.uri, ...args);

  before(async () => {
    await activateExtension();
    document = await openYaml(readSample('functions-and-endpoints.yml'));
    await waitForDiagnostics(document, ({ length }) => length > 0);
  });
  after(closeEditor);

  it('goes to the definition of a function', async () => {
    const links = await execute<vscode.LocationLink[]>(
      'vscode.executeDefinitionProvider',
      positionOf('filter: big-orders', 10),
    );
    assert.deepEqual(
      links.map(({ targetRange }) => document.getText(targetRange)),
      ['big-orders'],
    );
  });

  it('renames a database everywhere', async () => {
    const edit = await execute<vscode.WorkspaceEdit>(
      'vscode.executeDocumentRenameProvider',
      positionOf('database: shop', 12),
      'store',
    );
    const references = await execute<vscode.Location[]>(
      'vscode.executeReferenceProvider',
      positionOf('database: shop', 12),
    );
    assert.equal(edit.get(document.uri).length, references.length);
    assert.equal(references.length, 6);
  });

  it('completes the values of a key', async () => {
    const { items } = await execute<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      positionOf('status: paused', 8),
    );
    const labels = new Set(items.map(({ label }) => label));
    assert.deepEqual(
      ['active', 'disabled', 'paused'].filter((value) => !labels.has(value)),
      [],
    );
  });

  it('describes a key in a hover', async () => {
    const hovers = await execute<vscode.Hover[]>('vscode.executeHoverProvider', positionOf('sink_type', 2));
    const texts = hovers.flatMap(({ contents }) =>
      contents.map((part) => (part as vscode.MarkdownString).value),
    );
    assert.match(texts.join(), /^Destination type of the sinks that use this `routing` function\./);
  });

  it('has an outline, and links to code files', async () => {
    const symbols = await execute<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider');
    assert.deepEqual(
      symbols.map(({ name, children }) => [name, children.length]),
      [
        ['databases', 1],
        ['functions', 8],
        ['http_endpoints', 3],
        ['sinks', 5],
      ],
    );
    const links = await execute<vscode.DocumentLink[]>('vscode.executeLinkProvider');
    const targets = links.map(({ target }) => target?.path ?? '');
    assert.ok(
      targets.some((path) => path.endsWith('/functions/customer-name.sql')),
      targets.join(),
    );
  });
});

describe('sequin.yaml of a connected server', () => {
  let connection: Connection;
  let document: vscode.TextDocument;

  before(async () => {
    connection = await connectToEmulator();
    await connection.api.servers.monitors[0]?.refresh();
    document = await openYaml(
      'sinks:\n  - name: orders-to-kafka\n    initial_backfill: true\n  - name: not-there\n',
    );
  });
  after(async () => {
    await closeEditor();
    await disconnect(connection);
  });

  const getLenses = async (): Promise<vscode.Command[]> => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
      100,
    );
    return lenses.flatMap(({ command }) => command ?? []);
  };

  it('shows the backfills of a sink above it, and a sink that the server lacks', async () => {
    await waitForDiagnostics(document, ({ length }) => length > 0);
    const titles = (await getLenses()).map(({ title }) => title);
    assert.match(titles[0] ?? '', /running|stalled|paused/);
    assert.deepEqual(titles.slice(1, 3), ['Start Backfill', 'Open']);
    assert.match(titles.at(-2) ?? '', /^This sink doesn’t exist in /);
    assert.equal(titles.at(-1), 'Show Plan');
  });

  it('updates the lens when a backfill is paused', async () => {
    const [sink] = connection.api.servers.monitors.flatMap(({ snapshot }) =>
      [...snapshot.sinks.values()].filter(({ name }) => name === 'orders-to-kafka'),
    );
    const { servers } = connection.api;
    const { monitors } = servers;
    const isPaused = () =>
      [...(monitors[0]?.snapshot.backfills.get(sink?.id ?? '')?.values() ?? [])].every(
        ({ state }) => state !== 'active',
      );
    for (const backfill of connection.emulator.world.getSink('orders-to-kafka').backfills) {
      if (backfill.isUnfinished) {
        backfill.setState('paused', Date.now());
      }
    }
    await monitors[0]?.refresh();
    await waitUntil(servers.onDidChangeSnapshot, isPaused);
    const [first] = await getLenses();
    assert.match(first?.title ?? '', /^\d+ paused$/);
  });

  it('has no lenses if the setting is off', async () => {
    const settings = vscode.workspace.getConfiguration('sequin');
    await settings.update('yaml.codeLens', false, vscode.ConfigurationTarget.Global);
    try {
      assert.deepEqual(await getLenses(), []);
    } finally {
      await settings.update('yaml.codeLens', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('offers to start a backfill in place of an initial one that has no effect', async () => {
    const [hint] = (await waitForDiagnostics(document, ({ length }) => length > 0)).filter(({ message }) =>
      message.startsWith('The sink exists'),
    );
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      hint?.range,
    );
    assert.ok(actions.some(({ command }) => command?.command === 'sequin.startBackfill'));
  });

  it('shows the destination of a sink in its hover', async () => {
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      new vscode.Position(1, 12),
    );
    const texts = hovers.flatMap(({ contents }) =>
      contents.map((part) => (part as vscode.MarkdownString).value),
    );
    assert.match(texts.join(), /Kafka/);
  });
});

describe('sequin.yaml beside the YAML extension', () => {
  const { getExtension } = vscode.extensions;

  before(async () => {
    await activateExtension();
    Object.assign(vscode.extensions, {
      getExtension: (id: string) => getExtension(id === 'redhat.vscode-yaml' ? 'vscode.yaml' : id),
    });
  });
  afterEach(closeEditor);
  after(() => {
    Object.assign(vscode.extensions, { getExtension });
  });

  it('reports only what the schema can’t describe', async () => {
    const document = await openYaml(
      'sinks:\n  - name: a\n    database: gone\n    batch_size: 5000\n    destination: {type: sequin_stream}\n',
    );
    const diagnostics = await waitForDiagnostics(document, (current) => current.some(isVisible));
    assert.deepEqual(
      diagnostics.filter(isVisible).map(({ range }) => range.start.line),
      [2],
    );
  });
});

describe('sequin.yaml without a connection', () => {
  before(activateExtension);
  afterEach(closeEditor);

  it('is checked, and has no lenses', async () => {
    const document = await openYaml('sinks:\n  - name: a\n    batch_size: 0\n');
    await waitForDiagnostics(document, (current) => current.some(isVisible));
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
      100,
    );
    assert.deepEqual(lenses, []);
  });
});

describe('sequin.yaml of two servers', () => {
  let first: Connection;
  let second: Connection;

  before(async () => {
    first = await connectToEmulator({ scenario: 'empty' }, ({ world }) =>
      world.addSink({ name: 'only-first' }),
    );
    second = await connectToEmulator({ scenario: 'empty' }, ({ world }) =>
      world.addSink({ name: 'only-second' }),
    );
    await Promise.all(second.api.servers.monitors.map((monitor) => monitor.refresh()));
  });
  afterEach(closeEditor);
  after(async () => {
    await disconnect(second);
    await disconnect(first);
  });

  const getLensTitles = async ({ uri }: vscode.TextDocument): Promise<string[]> => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      uri,
      100,
    );
    return lenses.map(({ command }) => command?.title ?? '');
  };

  it('is compared with the server that has its sinks', async () => {
    const { name } = second.api.servers.getMonitor(second.emulator.url)?.connection ?? { name: '' };
    const document = await openYaml('sinks:\n  - name: only-second\n  - name: nowhere\n');
    assert.deepEqual(await getLensTitles(document), [
      'No backfills in progress',
      'Start Backfill',
      'Open',
      `This sink doesn’t exist in ${name}`,
      'Show Plan',
    ]);
  });

  it('is opened at the definition of a sink', async () => {
    const { world } = first.emulator;
    const sink = world.addSink({ name: 'orders-to-search' });
    await first.api.servers.getMonitor(first.emulator.url)?.refresh();
    await vscode.commands.executeCommand('sequin.goToYaml', {
      connectionId: first.emulator.url,
      sinkId: sink.json.id,
    });
    const editor = vscode.window.activeTextEditor;
    assert.match(editor?.document.uri.path ?? '', /\/sequin\.yaml$/);
    assert.equal(editor?.document.getText(editor.selection), 'orders-to-search');
  });
});
