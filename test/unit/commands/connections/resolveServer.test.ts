import assert from 'node:assert/strict';
import { resolveServer } from '../../../../src/commands/connections/resolveServer.ts';
import { connectionTo } from '../../samples.ts';
import { createContext } from '../createContext.ts';
import { FakeUi } from '../FakeUi.ts';

describe('resolveServer, without a target', () => {
  const connection = { ...connectionTo('http://shop'), name: 'Shop' };
  const server = { state: { kind: 'signedOut', connection } };

  for (const [asksEvenIfOnlyOne, lines] of [
    [false, []],
    [true, ['Select a connection Shop']],
  ] as const) {
    it(
      asksEvenIfOnlyOne
        ? 'asks the user even if there is only one server'
        : 'returns the only server without asking',
      async () => {
        const ui = new FakeUi();
        ui.picked = ['Shop'];
        const context = createContext({ servers: { all: [server] }, ui });
        const picked = await resolveServer(context, undefined, undefined, { asksEvenIfOnlyOne });
        assert.deepEqual(ui.takeLines(), lines);
        assert.equal(picked, server);
      },
    );
  }
});
