import assert from 'node:assert/strict';
import type { Ui } from '../../../src/commands/Ui.ts';
import { type Failure, SequinError } from '../../../src/model/failure.ts';
import { shown, useVscodeWindowStub } from './vscodeWindowStub.ts';

describe('the user interface of a command', () => {
  let ui: Ui;
  let logged: unknown[];

  before(async () => {
    useVscodeWindowStub();
    const { createVsCodeUi } = await import('../../../src/commands/createVsCodeUi.ts');
    const log = { error: (...args: readonly unknown[]) => logged.push(...args), show: () => undefined };
    ui = createVsCodeUi(log, { show: () => undefined });
  });
  beforeEach(() => {
    logged = [];
    shown.length = 0;
  });

  const reportFailure = (failure: Failure): SequinError => {
    const error = new SequinError(failure);
    ui.reportError('sequin.openSink', error);
    return error;
  };

  it('logs an error and shows it', () => {
    const error = reportFailure({ kind: 'timeout', afterMs: 20_000 });
    assert.deepEqual(logged, ['sequin.openSink', error]);
    assert.equal(shown[0], 'Sequin didn’t respond within 20 s.');
  });

  it('reports nothing if the connection was removed while the command waited for its server', () => {
    reportFailure({ kind: 'cancelled' });
    assert.deepEqual([logged, shown], [[], []]);
  });
});
