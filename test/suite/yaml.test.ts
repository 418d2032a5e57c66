import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { activateExtension, findExtension, useConnection } from './Connection.ts';
import {
  closeEditor,
  execute,
  insertText,
  listFixes,
  listLenses,
  openUntitled,
  openYaml,
  readHover,
  waitForDiagnostics,
} from './openYaml.ts';

const readSample = (name: string): string =>
  readFileSync(join(findExtension().extensionPath, 'test/yaml-samples', name), 'utf8');
const isVisible = ({ severity }: vscode.Diagnostic): boolean => severity !== vscode.DiagnosticSeverity.Hint;

describe('sequin.yaml', () => {
  before(activateExtension);
  afterEach(closeEditor);

  it('has no problems if it is valid, other than hints about unset variables', async () => {
    const document = await openYaml(readSample('all-destinations.yml'));
    const diagnostics = await waitForDiagnostics(document, ({ length }) => length > 0);
    assert.deepEqual(diagnostics.filter(isVisible), []);
  });

  for (const [kind, name, line] of [
    ['the schema finds', 'sink-batch-size-too-big', 13],
    ['only the checks find', 'sink-unknown-database', 12],
  ] as const) {
    it(`reports a mistake that ${kind}, and nothing else`, async () => {
      const document = await openYaml(readSample(`broken/${name}.yml`));
      const diagnostics = await waitForDiagnostics(document, (current) => current.some(isVisible));
      assert.deepEqual(
        diagnostics.filter(isVisible).map(({ range }) => range.start.line + 1),
        [line],
      );
    });
  }

  it('has no lenses without a connection', async () => {
    assert.deepEqual(await listLenses(await openYaml('sinks:\n  - name: a\n')), []);
  });

  it('no longer has a problem after its quick fix was applied', async () => {
    const document = await openYaml('sinks: []\ndatabase: []\n');
    const [diagnostic] = await waitForDiagnostics(document, ({ length }) => length === 1);
    const fixes = await listFixes(document, diagnostic?.range);
    const fix = fixes.find(({ title }) => title === 'Change to databases');
    assert.equal(fix?.isPreferred, true);
    assert.ok(fix.edit);
    await vscode.workspace.applyEdit(fix.edit);
    assert.equal(document.getText(), 'sinks: []\ndatabases: []\n');
    await waitForDiagnostics(document, ({ length }) => length === 0);
  });

  it('has a quick fix at the right place immediately after an edit', async () => {
    const document = await openYaml('database: []\nsinks: []\n');
    await waitForDiagnostics(document, ({ length }) => length === 1);
    await insertText(document, 0, '# A comment\n');
    const [fix] = await listFixes(document, new vscode.Range(1, 0, 1, 8));
    assert.ok(fix?.edit);
    await vscode.workspace.applyEdit(fix.edit);
    assert.equal(document.getText(), '# A comment\ndatabases: []\nsinks: []\n');
  });

  it('has a quick fix that moves a secret to .env in the same folder, under a name not yet in use there', async () => {
    const document = await openYaml('api_tokens:\n  - name: ci\n    token: abc\n');
    const environment = vscode.Uri.joinPath(document.uri, '../.env');
    await vscode.workspace.fs.writeFile(environment, new TextEncoder().encode('CI_TOKEN=1'));
    const [diagnostic] = await waitForDiagnostics(document, ({ length }) => length === 1);
    const [fix] = await listFixes(document, diagnostic?.range);
    assert.ok(fix?.edit);
    await vscode.workspace.applyEdit(fix.edit);
    assert.match(document.getText(), /token: "\$\{CI_TOKEN_2\}"/);
    const moved = await vscode.workspace.openTextDocument(environment);
    assert.equal(moved.getText(), 'CI_TOKEN=1\nCI_TOKEN_2=abc\n');
    await moved.save();
  });

  it('has no quick fix that moves a secret to .env if it is untitled, because it has no folder', async () => {
    const document = await openUntitled('change_retentions: []\napi_tokens:\n  - name: ci\n    token: abc\n');
    const [diagnostic] = await waitForDiagnostics(document, ({ length }) => length === 1);
    assert.match(diagnostic?.message ?? '', /^Secret in clear text/);
    const fixes = await listFixes(document, diagnostic?.range);
    assert.deepEqual(
      fixes.filter(({ title }) => title.includes('.env')),
      [],
    );
  });

  it('is recognized under another name as soon as it has the content of a Sequin configuration', async () => {
    const document = await openUntitled('sinks: 1\n');
    await insertText(document, 1, 'x:\n  - destination: 1\n');
    // If VS Code reuses the previous untitled file, its problems stay until the next check.
    const diagnostics = await waitForDiagnostics(document, (current) =>
      current.some(({ message }) => message === 'Must be a list.'),
    );
    assert.deepEqual(
      diagnostics.map(({ message }) => message),
      ['Must be a list.', 'Sequin ignores the unknown section "x".'],
    );
  });

  it('causes diagnostic events but other YAML files don’t, because each event reaches all extensions', async () => {
    const other = await vscode.workspace.openTextDocument({ language: 'yaml', content: 'a: 1\n' });
    const sequinYaml = await openYaml('sinks: []\n');
    const uris: string[] = [];
    const subscription = vscode.languages.onDidChangeDiagnostics((event) => {
      uris.push(...event.uris.map(String));
    });
    await insertText(other, 0, 'database: []\n');
    await insertText(sequinYaml, 0, 'database: []\n');
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

  before(async () => {
    await activateExtension();
    document = await openYaml(readSample('functions-and-endpoints.yml'));
    await waitForDiagnostics(document, ({ length }) => length > 0);
  });
  after(closeEditor);

  it('goes to the definition of a function', async () => {
    const links = await execute<vscode.LocationLink[]>(
      'DefinitionProvider',
      document,
      positionOf('filter: big-orders', 10),
    );
    assert.deepEqual(
      links.map(({ targetRange }) => document.getText(targetRange)),
      ['big-orders'],
    );
  });

  it('renames a database everywhere', async () => {
    const position = positionOf('database: shop', 12);
    const edit = await execute<vscode.WorkspaceEdit>('DocumentRenameProvider', document, position, 'store');
    const references = await execute<vscode.Location[]>('ReferenceProvider', document, position);
    assert.equal(edit.get(document.uri).length, references.length);
    assert.equal(references.length, 6);
  });

  it('completes the values of a key', async () => {
    const position = positionOf('status: paused', 8);
    const { items } = await execute<vscode.CompletionList>('CompletionItemProvider', document, position);
    const labels = new Set(items.map(({ label }) => label));
    assert.deepEqual(
      ['active', 'disabled', 'paused'].filter((value) => !labels.has(value)),
      [],
    );
  });

  it('describes a key in a hover', async () => {
    assert.match(
      await readHover(document, positionOf('sink_type', 2)),
      /^Destination type of the sinks that use this `routing` function\./,
    );
  });

  it('has an outline, and links to code files', async () => {
    const symbols = await execute<vscode.DocumentSymbol[]>('DocumentSymbolProvider', document);
    assert.deepEqual(
      symbols.map(({ name, children }) => [name, children.length]),
      [
        ['databases', 1],
        ['functions', 8],
        ['http_endpoints', 3],
        ['sinks', 5],
      ],
    );
    const links = await execute<vscode.DocumentLink[]>('LinkProvider', document);
    const targets = links.map(({ target }) => target?.path ?? '');
    assert.ok(
      targets.some((path) => path.endsWith('/functions/customer-name.sql')),
      targets.join(),
    );
  });
});

describe('sequin.yaml of a connected server', () => {
  const connection = useConnection();
  let document: vscode.TextDocument;

  before(async () => {
    await connection.monitor.refresh();
    document = await openYaml(
      'sinks:\n  - name: orders-to-kafka\n    initial_backfill: true\n  - name: not-there\n',
    );
  });
  after(closeEditor);

  it('shows the backfills of a sink above the sink, and marks a sink that the server doesn’t have', async () => {
    await waitForDiagnostics(document, ({ length }) => length > 0);
    const titles = await listLenses(document);
    assert.match(titles[0] ?? '', /running|stalled|paused/);
    assert.deepEqual(titles.slice(1, 3), ['Start Backfill', 'Open']);
    assert.match(titles.at(-2) ?? '', /^This sink doesn’t exist on /);
    assert.equal(titles.at(-1), 'Show Plan');
  });

  it('updates the lens when a backfill is paused', async () => {
    for (const backfill of connection.emulator.world.getSink('orders-to-kafka').backfills) {
      if (backfill.isUnfinished) {
        backfill.setState('paused', Date.now());
      }
    }
    await connection.monitor.refresh();
    const [first] = await listLenses(document);
    assert.match(first ?? '', /^\d+ paused$/);
  });

  it('has no lenses if the setting is off', async () => {
    const settings = vscode.workspace.getConfiguration('sequin');
    await settings.update('yaml.codeLens', false, vscode.ConfigurationTarget.Global);
    try {
      assert.deepEqual(await listLenses(document), []);
    } finally {
      await settings.update('yaml.codeLens', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('offers to start a backfill if initial_backfill has no effect', async () => {
    const [hint] = (await waitForDiagnostics(document, ({ length }) => length > 0)).filter(({ message }) =>
      message.startsWith('The sink exists'),
    );
    const fixes = await listFixes(document, hint?.range);
    assert.ok(fixes.some(({ command }) => command?.command === 'sequin.startBackfill'));
  });

  it('shows the destination of a sink in its hover', async () => {
    assert.match(await readHover(document, new vscode.Position(1, 12)), /Kafka/);
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

describe('sequin.yaml of two servers', () => {
  const first = useConnection({ scenario: 'empty' }, ({ world }) => world.addSink({ name: 'only-first' }));
  const second = useConnection({ scenario: 'empty' }, ({ world }) => world.addSink({ name: 'only-second' }));

  before(() => Promise.all([first, second].map(({ monitor }) => monitor.refresh())));
  afterEach(closeEditor);

  it('is compared with the server that has its sinks', async () => {
    const document = await openYaml('sinks:\n  - name: only-second\n  - name: nowhere\n');
    assert.deepEqual(await listLenses(document), [
      'No backfills in progress',
      'Start Backfill',
      'Open',
      `This sink doesn’t exist on ${second.monitor.connection.name}`,
      'Show Plan',
    ]);
  });

  it('is opened at the definition of a sink', async () => {
    first.emulator.world.addSink({ name: 'orders-to-search' });
    await first.monitor.refresh();
    await vscode.commands.executeCommand('sequin.goToYaml', first.sinkRow('orders-to-search'));
    const editor = vscode.window.activeTextEditor;
    assert.match(editor?.document.uri.path ?? '', /\/sequin\.yaml$/);
    assert.equal(editor?.document.getText(editor.selection), 'orders-to-search');
  });
});
