import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { useConnection, waitUntil } from './Connection.ts';
import { closeEditor, openYaml, replaceText } from './openYaml.ts';

/** A sink that exists on the server, with one change, and a new sink. */
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

/** Reads the title and both sides of the first diff editor that is open. */
async function readDiff() {
  const [tab = assert.fail('no diff editor is open')] = listDiffTabs();
  const { original, modified } = tab.input as vscode.TabInputTextDiff;
  const read = async (uri: vscode.Uri) => (await vscode.workspace.openTextDocument(uri)).getText();
  return {
    title: tab.label,
    left: await read(original),
    right: await read(modified),
    planUri: modified,
  };
}

describe('a configuration command', () => {
  const connection = useConnection();
  let document: vscode.TextDocument;

  before(() => connection.monitor.refresh());
  beforeEach(async () => {
    document = await openYaml(yaml);
  });
  afterEach(async () => {
    await closeEditor();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(() => {
    delete process.env['PLAN_TEST_NAME'];
  });

  const showPlan = async () => {
    await vscode.commands.executeCommand('sequin.showPlan', document.uri);
    return readDiff();
  };

  it('shows the differences in a single diff editor for the file, with their number in its title', async () => {
    const first = await showPlan();
    assert.match(first.title, /^sequin\.yaml → .*: 1 created, 1 changed, \d+ unchanged$/);
    assert.match(first.left, /name: audit-log-s2[^]*batch_size: 500/);
    assert.doesNotMatch(first.left, /refunds/);
    assert.match(first.right, /batch_size: 250[^]*name: refunds/);

    await replaceText(document, '260', new vscode.Range(3, 16, 3, 19));
    await showPlan();
    // The oldest supported VS Code reports a closed tab a little later.
    await waitUntil(vscode.window.tabGroups.onDidChangeTabs, () => listDiffTabs().length === 1);
    assert.match((await readDiff()).right, /batch_size: 260/);
  });

  it('requests a new plan before it applies the changes, even after a new token was entered', async () => {
    const { json } = connection.emulator.world.getSink('audit-log-s2');
    const { planUri } = await showPlan();
    await connection.signOut();
    await connection.signIn();
    json.batch_size = 400;
    await vscode.commands.executeCommand('sequin.applyPlan', planUri);
    assert.match((await readDiff()).left, /batch_size: 400/);
    json.batch_size = 500;
  });

  it('sends the values of variables and the contents of code files, and shows a server error at its line', async () => {
    process.env['PLAN_TEST_NAME'] = 'orders';
    const code = vscode.Uri.joinPath(document.uri, '../filter.exs');
    await vscode.workspace.fs.writeFile(code, new TextEncoder().encode('def filter($PLAN_TEST_NAME)'));
    await replaceText(
      document,
      'functions:\n  - name: "${PLAN_TEST_NAME}"\n    type: filter\n    file: filter.exs\n',
    );
    const { right } = await showPlan();
    assert.match(right, /name: orders\n/);
    assert.match(right, /code: def filter\(\$PLAN_TEST_NAME\)\n/);

    await replaceText(
      document,
      'sinks:\n  - name: refunds\n    database: compliance\n    filter: nope\n    destination:\n      type: sequin_stream\n',
    );
    await showPlan();
    // Finds the server's error only: after a delay, the extension's own check reports this line, too.
    const findRejection = () =>
      vscode.languages
        .getDiagnostics(document.uri)
        .find(({ message }) => message === "Function 'nope' not found.");
    assert.equal(findRejection()?.range.start.line, 3);
    await replaceText(document, 'sinks: []\n');
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

  it('includes the sinks that only the server has in a comparison', async () => {
    await vscode.commands.executeCommand('sequin.compareWithServer', document.uri);
    const { title, left, right } = await readDiff();
    assert.match(title, /^sequin\.yaml ↔ /);
    assert.match(left, /name: refunds/);
    assert.doesNotMatch(left, /orders-to-kafka/);
    assert.match(right, /name: orders-to-kafka/);
  });
});
