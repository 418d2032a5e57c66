import assert from 'node:assert/strict';
import manifest from '../../../package.json' with { type: 'json' };
import type { LoadedCommandId } from '../../../src/contributions/commandIds.ts';
import { apiWith, backfill, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { createContext } from './createContext.ts';
import { FakeUi } from './FakeUi.ts';
import { useConnections } from './useConnections.ts';
import { useVscodeWindowStub } from './vscodeWindowStub.ts';

describe('a key binding', () => {
  const { servers, connect } = useConnections();

  for (const { key, command, args, when } of manifest.contributes.keybindings) {
    it(`doesn’t ask for a target in an empty view: ${key} (${command}) when ${when}`, async () => {
      useVscodeWindowStub();
      const { createCommandRunner } = await import('../../../src/commands/createCommandRunner.ts');
      const items = [{ sink: sink(), unfinishedBackfills: [backfill()] }];
      const listSinks = () => Promise.resolve({ items, skipped: 0, serverTime: now });
      const api = apiWith({ listSinks, getVersion: () => Promise.resolve('0.14.6') });
      connect({ url: 'http://localhost:7376', token: '' }, { clock: new TestClock(now), api });
      const ui = new FakeUi();
      const getFocusedRows = () => Promise.resolve([]);
      const run = createCommandRunner(createContext({ ui, servers, getFocusedRows, getSelection: () => [] }));
      await run(command as LoadedCommandId, args);
      assert.deepEqual(ui.takeLines(), []);
    });
  }
});
