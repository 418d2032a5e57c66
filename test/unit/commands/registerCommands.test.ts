import assert from 'node:assert/strict';
import type { CommandRunner } from '../../../src/commands/createCommandRunner.ts';
import { runCommand, shown, useVscodeWindowStub } from './vscodeWindowStub.ts';

describe('the commands', () => {
  const log = { show: () => shown.push('log'), error: () => undefined };

  it('show the log, the walkthrough and sample data while the connections wait for the user to unlock a keyring', async () => {
    useVscodeWindowStub();
    const { registerCommands } = await import('../../../src/commands/registerCommands.ts');
    const runner = Promise.withResolvers<CommandRunner>();
    const startSample = async () => {
      await Promise.resolve();
      shown.push('sample data');
    };
    registerCommands(() => runner.promise, { log, connections: { startSample }, extensionId: 'a.sequin' });
    await runCommand('sequin.showLog');
    await runCommand('sequin.getStarted');
    await runCommand('sequin.exploreSampleData');
    const walkthrough = ['workbench.action.openWalkthrough', 'a.sequin#getStarted', false];
    assert.deepEqual(shown, ['log', ...walkthrough, 'sample data', 'sequin.sinks.focus']);
    const refreshed = runCommand('sequin.refresh');
    runner.resolve((id) => {
      shown.push(id);
      return Promise.resolve();
    });
    await refreshed;
    assert.equal(shown.at(-1), 'sequin.refresh');
  });

  it('log why the sample data couldn’t be started', async () => {
    useVscodeWindowStub();
    const { registerCommands } = await import('../../../src/commands/registerCommands.ts');
    const failure = new Error('listen EADDRNOTAVAIL');
    const logged: unknown[] = [];
    registerCommands(() => assert.fail(), {
      log: { ...log, error: (error) => logged.push(error) },
      connections: { startSample: () => Promise.reject(failure) },
      extensionId: 'a.sequin',
    });
    await assert.rejects(() => runCommand('sequin.exploreSampleData'), /Couldn’t start the sample data\./);
    assert.deepEqual(logged, [failure]);
  });
});
