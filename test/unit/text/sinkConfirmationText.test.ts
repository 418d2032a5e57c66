import assert from 'node:assert/strict';
import { setLocale } from '../../../src/text/format.ts';
import { createSinkConfirmation } from '../../../src/text/sinkConfirmationText.ts';

describe('createSinkConfirmation', () => {
  const warning = 'Backfills and live changes stop until the sink is resumed.';
  const cases: readonly [count: number, databases: readonly string[], detail: string][] = [
    [0, [], warning],
    [
      1,
      ['shop'],
      `${warning}\n\nSequin restarts the replication of shop. This interrupts 1 other running backfill for about 20 s, and it repeats some rows.`,
    ],
    [
      1200,
      ['shop', 'crm'],
      `${warning}\n\nSequin restarts the replication of shop, crm. This interrupts 1,200 other running backfills for about 20 s, and they repeat some rows.`,
    ],
  ];
  for (const [count, databases, detail] of cases) {
    it(`warns about the other backfills that a pause interrupts: ${String(count)}`, () => {
      setLocale('en', 'UTC');
      const targets = { names: ['orders'], connections: [{ name: 'Shop', production: false }] };
      assert.deepEqual(createSinkConfirmation('pauseSink', targets, { count, databases }), {
        message: 'Pause the sink orders?',
        detail,
        confirmLabel: 'Pause',
        dismissLabel: 'Keep Active',
        isDismissDefault: false,
      });
    });
  }
});
