import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activateExtension } from './connectToEmulator.ts';
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
      const diagnostics = await waitForDiagnostics(document, (found) => found.some(isVisible));
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
});
