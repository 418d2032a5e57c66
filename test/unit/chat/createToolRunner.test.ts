import assert from 'node:assert/strict';
import { toolNames } from '../../../src/contributions/toolNames.ts';
import { FakeUi } from '../commands/FakeUi.ts';
import { useConnections } from '../commands/useConnections.ts';
import { CancellationError, useVscodeWindowStub } from '../commands/vscodeWindowStub.ts';
import { apiWith, now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

describe('createToolRunner', () => {
  const { servers, connect } = useConnections();
  const clock = new TestClock(now);
  const logged: unknown[] = [];

  before(() => {
    useVscodeWindowStub();
  });

  /** Creates a stand-in for VS Code's `CancellationToken`, with a function that cancels it. */
  function createToken(isCancellationRequested: boolean) {
    let cancel = (): void => undefined;
    return {
      isCancellationRequested,
      onCancellationRequested: (listener: (event: unknown) => void) => {
        cancel = () => {
          listener(undefined);
        };
        return { dispose: () => undefined };
      },
      cancel: () => {
        cancel();
      },
    };
  }

  for (const [title, isCancelledBefore] of [
    ['before it starts', true],
    ['while it waits for a server', false],
  ] as const) {
    it(`throws a CancellationError and logs nothing if the user stops a tool ${title}`, async () => {
      const listSinks = () => new Promise<never>(() => undefined);
      connect({ url: 'http://localhost:7376', token: '' }, { clock, api: apiWith({ listSinks }) });
      const { createToolRunner } = await import('../../../src/chat/createToolRunner.ts');
      const log = { error: (...args: readonly unknown[]) => logged.push(...args) };
      const runner = createToolRunner({ servers, ui: new FakeUi(), clock }, log);
      const token = createToken(isCancelledBefore);
      const invoked = assert.rejects(runner.invoke(toolNames.listSinks, {}, token), CancellationError);
      token.cancel();
      await invoked;
      assert.deepEqual(logged, []);
    });
  }
});
