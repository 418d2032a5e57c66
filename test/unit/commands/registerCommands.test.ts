import assert from 'node:assert/strict';
import type { CommandRunner } from '../../../src/commands/createCommandRunner.ts';
import { runCommand, shown, useVscodeWindowStub } from './vscodeWindowStub.ts';

describe('the commands', () => {
  it('show the log and the walkthrough while the connections wait for the user to unlock a keyring', async () => {
    useVscodeWindowStub();
    const { registerCommands } = await import('../../../src/commands/registerCommands.ts');
    const log = { show: () => shown.push('log') };
    const connections = Promise.withResolvers<CommandRunner>();
    registerCommands(() => connections.promise, log, 'a.sequin');
    await runCommand('sequin.showLog');
    await runCommand('sequin.getStarted');
    assert.deepEqual(shown, ['log', 'workbench.action.openWalkthrough', 'a.sequin#getStarted', false]);
    const refreshed = runCommand('sequin.refresh');
    connections.resolve((id) => {
      shown.push(id);
      return Promise.resolve();
    });
    await refreshed;
    assert.equal(shown.at(-1), 'sequin.refresh');
  });
});
