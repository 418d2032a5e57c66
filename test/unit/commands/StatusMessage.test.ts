import assert from 'node:assert/strict';
import type { StatusBarItem } from 'vscode';
import type { StatusMessage } from '../../../src/commands/StatusMessage.ts';
import { Emitter } from '../../../src/shared/lifecycle.ts';
import { now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { runCommand, useVscodeWindowStub } from './vscodeWindowStub.ts';

describe('a message in the status bar', () => {
  const clock = new TestClock(now);
  const changes = {
    servers: new Emitter<void>(),
    snapshot: new Emitter<never>(),
  };
  let item: Partial<StatusBarItem> & { isVisible: boolean };
  let message: StatusMessage;

  before(async () => {
    useVscodeWindowStub();
    const { StatusMessage: Class } = await import('../../../src/commands/StatusMessage.ts');
    item = {
      isVisible: false,
      show: () => (item.isVisible = true),
      hide: () => (item.isVisible = false),
      dispose: () => undefined,
    };
    const servers = {
      onDidChangeServers: changes.servers.event,
      onDidChangeSnapshot: changes.snapshot.event,
    };
    message = new Class(servers, clock, item as StatusBarItem);
  });
  after(() => {
    message.dispose();
  });

  it('disappears after 10 s', async () => {
    message.show('Cancelled a.');
    assert.deepEqual([item.text, item.isVisible], ['$(check) Cancelled a', true]);
    assert.equal(item.command, undefined);
    await clock.advance(10_000);
    assert.equal(item.isVisible, false);
  });

  it('is replaced by a later message, which stays for another 10 s', async () => {
    message.show('Cancelled a.');
    await clock.advance(9_000);
    message.show('Cancelled b.');
    await clock.advance(9_000);
    assert.deepEqual([item.text, item.isVisible], ['$(check) Cancelled b', true]);
    await clock.advance(1_000);
    assert.equal(item.isVisible, false);
  });

  it('runs its action once when it is clicked', async () => {
    let count = 0;
    message.show('Paused a.', { label: 'Undo', run: () => void (count += 1) });
    assert.deepEqual([item.text, item.command], ['$(check) Paused a · Undo', '_sequin.runStatusAction']);
    await runCommand('_sequin.runStatusAction');
    assert.deepEqual([count, item.isVisible], [1, false]);
    await runCommand('_sequin.runStatusAction');
    assert.equal(count, 1);
  });

  for (const [change, fire] of [
    [
      'a snapshot',
      () => {
        changes.snapshot.fire(undefined as never);
      },
    ],
    [
      'the list of servers',
      () => {
        changes.servers.fire();
      },
    ],
  ] as const) {
    it(`disappears when ${change} changes and the action of the message is no longer available`, () => {
      let isAvailable = true;
      message.show('Paused a.', { label: 'Undo', run: () => undefined, isAvailable: () => isAvailable });
      fire();
      assert.equal(item.isVisible, true);
      isAvailable = false;
      fire();
      assert.equal(item.isVisible, false);
    });
  }
});
