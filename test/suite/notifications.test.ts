import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Notice } from '../../src/notifications/notice.ts';
import { showNotice } from '../../src/notifications/showNotice.ts';
import { connected, disconnected, until } from './connected.ts';

/** What VS Code shows messages with, in whose place a test chooses the first button. */
const shows = {
  information: 'showInformationMessage',
  warning: 'showWarningMessage',
  error: 'showErrorMessage',
} as const;

type Show = (message: string, ...items: vscode.MessageItem[]) => Thenable<vscode.MessageItem | undefined>;

describe('a notice', () => {
  for (const severity of ['information', 'warning', 'error'] as const) {
    it(`is a message of its weight (${severity}), and its button runs a command`, async () => {
      const connection = await connected({ scenario: 'demo' });
      const shown: string[] = [];
      const original = vscode.window[shows[severity]] as Show;
      Object.assign(vscode.window, {
        [shows[severity]]: ((message, ...items) => {
          // The extension, which runs beside this, may tell of what stalls on the server, or did on the last one.
          if (message !== 'It ended.') {
            return original(message, ...items);
          }
          shown.push(message, ...items.map(({ title }) => title));
          return Promise.resolve(items[0]);
        }) satisfies Show,
      });
      try {
        await connection.api.monitors.all[0]?.refresh();
        const { json, backfills } = connection.emulator.world.getSink('search-index');
        const running = backfills.find((backfill) => backfill.isOpen) ?? assert.fail('nothing runs');
        const target = {
          kind: 'backfill',
          address: connection.emulator.url,
          sinkId: json.id,
          backfillId: running.json.id,
        };
        const buttons: Notice['buttons'] = [{ label: 'Open', command: 'sequin.openBackfill', target }];
        await showNotice({ severity, message: 'It ended.', buttons });
        assert.deepEqual(shown, ['It ended.', 'Open']);
        const titles = () =>
          vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
        await until(vscode.window.tabGroups.onDidChangeTabs, () => titles().includes('catalog.products'));
      } finally {
        Object.assign(vscode.window, { [shows[severity]]: original });
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await disconnected(connection);
      }
    });
  }

  it('is shown unless the user wants none', () => {
    assert.equal(vscode.workspace.getConfiguration('sequin').get('notifications'), 'all');
  });
});
