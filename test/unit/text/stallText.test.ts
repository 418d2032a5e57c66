import assert from 'node:assert/strict';
import type { StallCause } from '../../../src/model/progress/stall.ts';
import { describeDiagnosis, describeStall } from '../../../src/text/stallText.ts';
import { now } from '../samples.ts';

const describeCause = (cause: StallCause): string => describeStall({ cause, idleSince: now });

describe('describeStall', () => {
  const error = '[http_endpoint]: Unexpected status code: 500';
  const causes: [StallCause, RegExp][] = [
    [{ kind: 'noPrimaryKey' }, /^It failed before its first row.* Add a primary key/],
    [{ kind: 'sinkPaused' }, /^The sink is paused.* Resume the sink/],
    [{ kind: 'sinkDisabled' }, /^The sink is disabled: .* Enable the sink/],
    [{ kind: 'deliveryFailing', error }, /^The destination does not .*: \[http_endpoint\]: .* 500\. See to/],
    [{ kind: 'deliveryFailing', error: null }, /^The destination does not take the messages\. See to/],
    [{ kind: 'bufferFull', error: 'too much' }, /^The sink’s buffer is full: too much\. Speed up/],
    [{ kind: 'bufferFull', error: null }, /^The sink’s buffer is full\. Speed up/],
    [{ kind: 'fetchFailing', error: 'denied' }, /^Sequin cannot read the table: denied\. Check/],
    [{ kind: 'fetchFailing', error: '' }, /^Sequin cannot read the table\. Check/],
    [{ kind: 'counting' }, /^The server still counts .* Wait/],
    [{ kind: 'nobodyReceives' }, /^Nobody receives.* Start a consumer/],
    [{ kind: 'readerStarting' }, /^The server has not begun .* If this goes on/],
    [{ kind: 'unknown' }, /^It has stopped moving.* Look at/],
  ];
  for (const [cause, expected] of causes) {
    it(`explains the cause and the remedy: ${cause.kind}${'error' in cause ? ` (${cause.error})` : ''}`, () => {
      assert.match(describeCause(cause), expected);
      assert.ok(describeCause(cause).endsWith('.'));
    });
  }

  it('quotes an error on one line', () => {
    assert.match(describeCause({ kind: 'fetchFailing', error: ' a\n  b.\n' }), /table: a b\. Check/);
  });
});

describe('describeDiagnosis', () => {
  const stall = undefined;

  it('warns about a completed backfill with failing checks', () => {
    const one = describeDiagnosis({
      stall,
      deliveryWarning: { kind: 'completedWithFailingChecks', failingCheckCount: 1 },
    });
    const two = describeDiagnosis({
      stall,
      deliveryWarning: { kind: 'completedWithFailingChecks', failingCheckCount: 2 },
    });
    assert.match(one ?? '', /^Completed, but 1 check of the sink fails now/);
    assert.match(two ?? '', /^Completed, but 2 checks of the sink fail now/);
  });

  it('is undefined without a problem', () => {
    assert.equal(describeDiagnosis({ stall, deliveryWarning: undefined }), undefined);
  });
});
