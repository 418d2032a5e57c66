import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Connection, connectToEmulator, disconnect, waitUntil } from './connectToEmulator.ts';
import { openYaml } from './openYaml.ts';

/** A sink that the server has, with one change, and a new one. */
const yaml = `sinks:
  - name: audit-log-s2
    database: compliance
    batch_size: 250
    actions: [insert]
    source:
      include_tables: [audit.events]
    destination:
      type: s2
      basin: shop-audit
      stream: events
      access_token: "12345678"
    annotations: {team: compliance, retention: 7y}
  - name: refunds
    database: shop-production
    destination:
      type: sequin_stream
`;

function listDiffTabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputTextDiff);
}

/** Reads the title and the texts of the first diff editor that is open, and the number of all diff editors. */
async function readDiff(): Promise<{
  title: string;
  left: string;
  right: string;
  count: number;
  planUri: vscode.Uri;
}> {
  const tabs = listDiffTabs();
  const input = tabs[0]?.input as vscode.TabInputTextDiff;
  const read = async (uri: vscode.Uri) => (await vscode.workspace.openTextDocument(uri)).getText();
  return {
    title: tabs[0]?.label ?? '',
    left: await read(input.original),
    right: await read(input.modified),
    count: tabs.length,
    planUri: input.modified,
  };
}

describe('a configuration command', () => {
  let connection: Connection;
  let document: vscode.TextDocument;

  before(async () => {
    connection = await connectToEmulator();
    await connection.api.servers.monitors[0]?.refresh();
  });
  beforeEach(async () => {
    document = await openYaml(yaml);
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(async () => {
    delete process.env['PLAN_TEST_NAME'];
    await disconnect(connection);
  });

  async function replaceText(text: string): Promise<void> {
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
    await vscode.workspace.applyEdit(edit);
  }

  it('opens one diff editor for the file, with the differences and their number in the title', async () => {
    await vscode.commands.executeCommand('sequin.showPlan', document.uri);
    const first = await readDiff();
    assert.match(first.title, /^sequin\.yaml → .*: 1 created, 1 changed, \d+ unchanged$/);
    assert.match(first.left, /name: audit-log-s2[^]*batch_size: 500/);
    assert.doesNotMatch(first.left, /refunds/);
    assert.match(first.right, /batch_size: 250[^]*name: refunds/);

    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(3, 16, 3, 19), '260');
    await vscode.workspace.applyEdit(edit);
    await vscode.commands.executeCommand('sequin.showPlan', document.uri);
    // The oldest VS Code reports a closed tab a little later.
    await waitUntil(vscode.window.tabGroups.onDidChangeTabs, () => listDiffTabs().length === 1);
    const second = await readDiff();
    assert.equal(second.count, 1);
    assert.match(second.right, /batch_size: 260/);
  });

  it('requests a new plan before it applies one, also after a new token was entered', async () => {
    const { emulator, api } = connection;
    await vscode.commands.executeCommand('sequin.showPlan', document.uri);
    const { planUri } = await readDiff();
    await api.connections.signOut(emulator.url);
    await api.connections.signIn({ id: emulator.url, address: emulator.url }, emulator.token);
    await waitUntil(api.servers.onDidChangeServers, () => api.servers.getMonitor(emulator.url) !== undefined);
    emulator.world.getSink('audit-log-s2').json.batch_size = 400;
    await vscode.commands.executeCommand('sequin.applyPlan', planUri);
    assert.match((await readDiff()).left, /batch_size: 400/);
    emulator.world.getSink('audit-log-s2').json.batch_size = 500;
  });

  it('sends variables and the code of files, and shows an error of the server at its line', async () => {
    process.env['PLAN_TEST_NAME'] = 'orders';
    const code = vscode.Uri.joinPath(document.uri, '../filter.exs');
    await vscode.workspace.fs.writeFile(code, new TextEncoder().encode('def filter($PLAN_TEST_NAME)'));
    await replaceText('functions:\n  - name: "${PLAN_TEST_NAME}"\n    type: filter\n    file: filter.exs\n');
    await vscode.commands.executeCommand('sequin.showPlan', document.uri);
    const { right } = await readDiff();
    assert.match(right, /name: orders\n/);
    assert.match(right, /code: def filter\(\$PLAN_TEST_NAME\)\n/);

    await replaceText(
      'sinks:\n  - name: refunds\n    database: compliance\n    filter: nope\n    destination:\n      type: sequin_stream\n',
    );
    await vscode.commands.executeCommand('sequin.showPlan', document.uri);
    // The extension's own check of the same line follows each edit with a delay.
    const findRejection = () =>
      vscode.languages
        .getDiagnostics(document.uri)
        .find(({ message }) => message === "Function 'nope' not found.");
    assert.equal(findRejection()?.range.start.line, 3);
    await replaceText('sinks: []\n');
    assert.equal(findRejection(), undefined);
  });

  it('exports the configuration of the server to an untitled file, with masked secrets', async () => {
    const { emulator } = connection;
    await vscode.commands.executeCommand('sequin.exportConfiguration', { connectionId: emulator.url });
    const exported = vscode.window.activeTextEditor?.document;
    assert.equal(exported?.uri.scheme, 'untitled');
    assert.equal(exported.languageId, 'yaml');
    assert.match(
      exported.getText(),
      /^# Configuration of .*\n# Secrets are masked[^]*\n {2}- name: orders-to-kafka\n/,
    );
    assert.ok(emulator.requests.some(({ path }) => path === '/api/config/export'));
  });

  it('also shows the sinks that only the server has in a comparison', async () => {
    await vscode.commands.executeCommand('sequin.compareWithServer', document.uri);
    const { title, left, right } = await readDiff();
    assert.match(title, /^sequin\.yaml ↔ /);
    assert.match(left, /name: refunds/);
    assert.doesNotMatch(left, /orders-to-kafka/);
    assert.match(right, /name: orders-to-kafka/);
  });
});
