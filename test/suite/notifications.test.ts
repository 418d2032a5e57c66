import assert from 'node:assert/strict';
import { assert as sinonAssert, createSandbox, match } from 'sinon';
import * as vscode from 'vscode';
import { commandIds } from '../../src/contributions/commandIds.ts';
import { showNotification } from '../../src/notifications/startNotifier.ts';
import { useConnection, waitForTabs } from './Connection.ts';

const functions = {
  information: 'showInformationMessage',
  warning: 'showWarningMessage',
  error: 'showErrorMessage',
} as const;

describe('a notification', () => {
  const sandbox = createSandbox();
  const connection = useConnection({ scenario: 'demo' });
  before(() => connection.monitor.refresh());
  afterEach(async () => {
    sandbox.restore();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  for (const severity of ['information', 'warning', 'error'] as const) {
    it(`appears as a message of severity "${severity}", and its button runs a command`, async () => {
      const target = connection.unfinishedRow('search-index');
      const show = sandbox.stub(vscode.window, functions[severity]);
      // The extension itself may report a stalled backfill at the same time.
      show.callThrough();
      const shown = show.withArgs('It ended.').resolvesArg(1);

      const buttons = [{ label: 'Open', command: commandIds.openBackfill, target }];
      await showNotification({ severity, message: 'It ended.', buttons });
      sinonAssert.calledOnceWithExactly(shown, 'It ended.', match({ title: 'Open' }));
      await waitForTabs('catalog.products');
    });
  }

  it('shows the error of the command that its button runs', async () => {
    const show = sandbox.stub(vscode.window, 'showErrorMessage');
    show.callThrough();
    show.withArgs('It failed.').resolvesArg(1);
    show.withArgs('Couldn’t load Sequin.').resolves();
    sandbox.stub(vscode.commands, 'executeCommand').rejects(new Error('Couldn’t load Sequin.'));
    const buttons = [{ label: 'Open', command: commandIds.openBackfill }];
    await showNotification({ severity: 'error', message: 'It failed.', buttons });
    assert.ok(show.calledWith('Couldn’t load Sequin.'));
  });
});
