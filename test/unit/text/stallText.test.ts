import assert from 'node:assert/strict';
import type { StallCause } from '../../../src/model/progress/stall.ts';
import { describeDiagnosis, describeStall } from '../../../src/text/stallText.ts';

const describeCauseAndRemedy = (cause: StallCause): string => describeStall({ cause });

describe('describeStall', () => {
  const error = '[http_endpoint]: Unexpected status code: 500';
  const causes: [StallCause, RegExp][] = [
    [{ kind: 'noPrimaryKey' }, /^It failed before reading any rows.* Add a primary key/],
    [{ kind: 'sinkPaused' }, /^The sink is paused.* Resume the sink/],
    [{ kind: 'sinkDisabled' }, /^The sink is disabled, .* Enable the sink/],
    [{ kind: 'resuming' }, /^Sequin is restarting the sink\. .* within 15 s/],
    [{ kind: 'tableDropped' }, /^The table was dropped, .* Cancel the backfill/],
    [{ kind: 'deliveryFailing', error }, /^Sequin can’t deliver .*: \[http_endpoint\]: .* 500\. .* Fix the/],
    [{ kind: 'deliveryFailing', error: null }, /^Sequin can’t deliver messages to the destination\. .* Fix/],
    [{ kind: 'recurring', count: 4 }, /^Stalls or failed deliveries within the last hour: 4\. Check/],
    [
      { kind: 'checkFailing', name: 'Message filtering', error },
      /^The sink’s “Message filtering” check .* 500\. Check/,
    ],
    [
      { kind: 'checkFailing', name: 'Message filtering', error: null },
      /^The sink’s “Message filtering” check is failing\. Ch/,
    ],
    [{ kind: 'bufferFull', error: 'too much' }, /^The sink’s buffer is full: too much\. Speed up/],
    [{ kind: 'bufferFull', error: null }, /^The sink’s buffer is full\. Speed up/],
    [{ kind: 'fetchFailing', error: 'denied' }, /^Sequin can’t read the table: denied\. Check/],
    [{ kind: 'fetchFailing', error: '' }, /^Sequin can’t read the table\. Check/],
    [{ kind: 'counting' }, /^Sequin is still counting .* If it doesn’t finish/],
    [{ kind: 'noConsumer' }, /^No consumer is receiving.* Start a consumer/],
    [{ kind: 'readerStarting' }, /^Sequin hasn’t started .* If this continues/],
    [{ kind: 'notReading' }, /^Sequin isn’t reading the table.* Check/],
    [
      { kind: 'databaseStalled', database: 'shop', count: 3, error: null },
      /^None of the 3 running backfills of the database shop is making progress, while .* are\. Test the connection/,
    ],
    [
      { kind: 'databaseStalled', database: 'shop', count: 3, error: 'denied' },
      /^None of the 3 running backfills of the database shop is making progress: denied\. Test the connection/,
    ],
    [{ kind: 'unknown' }, /^The backfill has stalled and Sequin reports no cause\. Check/],
  ];
  for (const [cause, expected] of causes) {
    it(`explains the cause and the remedy: ${cause.kind}${'error' in cause ? ` (error: ${JSON.stringify(cause.error)})` : ''}`, () => {
      assert.match(describeCauseAndRemedy(cause), expected);
      assert.ok(describeCauseAndRemedy(cause).endsWith('.'));
    });
  }

  it('quotes an error on one line, without its trailing period', () => {
    assert.match(describeCauseAndRemedy({ kind: 'fetchFailing', error: ' a\n  b.\n' }), /table: a b\. Check/);
  });

  it('quotes an error of 100 kB within 5 s, even if it consists of periods or spaces', () => {
    for (const repeated of ['.', ' ', '. ']) {
      const error = `${repeated.repeat(100_000 / repeated.length)}x`;
      assert.ok(describeCauseAndRemedy({ kind: 'fetchFailing', error }).includes('x. Check'));
    }
  }).timeout(5_000);
});

describe('describeDiagnosis', () => {
  const stall = undefined;

  it('warns about a completed backfill with failing deliveries', () => {
    assert.match(
      describeDiagnosis({ stall, deliveryWarning: { error: 'status 500' } }) ?? '',
      /^Sequin can’t deliver messages to the destination: status 500\. Some rows may not have been delivered\. Fix/,
    );
  });

  it('returns undefined if there is no problem', () => {
    assert.equal(describeDiagnosis({ stall }), undefined);
  });
});
