import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { linkedCommands } from '../../src/contributions/commandLink.ts';
import { LastViewed } from '../../src/servers/LastViewed.ts';
import { systemClock as clock } from '../../src/shared/clock.ts';
import { SeenStalls } from '../../src/statusBar/SeenStalls.ts';
import { StatusBar } from '../../src/statusBar/StatusBar.ts';
import { MementoStub } from '../unit/MementoStub.ts';
import { useConnection } from './Connection.ts';

describe('the status bar item', () => {
  const connection = useConnection({ scenario: 'demo', clock: { now: () => Date.UTC(2026, 5, 15, 12) } });

  it('summarizes the running backfills and keeps its tooltip while nothing changes', async () => {
    const { monitor, api } = connection;
    const item = vscode.window.createStatusBarItem('sequin.test');
    const lastViewed = new LastViewed(new MementoStub(), clock);
    const seenStalls = new SeenStalls(new MementoStub());
    const bar = new StatusBar({ servers: api.servers, lastViewed, seenStalls, clock }, item);
    try {
      await monitor.refresh();
      assert.match(item.text, /^\$\(sync\) \d+ running · \d+% {2}\$\(warning\) 2 stalled$/);
      assert.match(item.accessibilityInformation?.label ?? '', /^Sequin: \d+ running, \d+%, 2 stalled/);
      assert.equal(item.command, 'sequin.activity.focus');
      const { tooltip } = item;
      assert.ok(tooltip instanceof vscode.MarkdownString);
      assert.ok(typeof tooltip.isTrusted === 'object' && !tooltip.supportHtml);
      assert.deepEqual(tooltip.isTrusted.enabledCommands, linkedCommands);
      await monitor.refresh();
      assert.equal(item.tooltip, tooltip);
    } finally {
      bar.dispose();
      lastViewed.dispose();
    }
  });
});
