import assert from 'node:assert/strict';
import { parseDeliveryCounters } from '../../../src/api/parseDeliveryCounters.ts';
import { ShapeError } from '../../../src/api/schema.ts';
import { readMetricsRecording } from '../../recordings/recordings.ts';

const typeLine = '# TYPE sequin_message_deliver_success_count counter\n';
const parse = (...lines: readonly string[]) => [...parseDeliveryCounters(typeLine + lines.join('\n'))];
const success = 'sequin_message_deliver_success_count';

describe('parseDeliveryCounters', () => {
  it('reads the counters of each sink (recordings y30, y31)', () => {
    assert.deepEqual(
      [...parseDeliveryCounters(readMetricsRecording('y30-metrics'))],
      [
        ['daf913df-e6a4-48ac-ba0e-6e0a5363001d', { delivered: 14_980, failed: 0 }],
        ['bf5b589a-d4b8-4765-a955-588a68b65cae', { delivered: 499, failed: 0 }],
        ['55e195bf-ba1e-4b5c-b5a7-4b963186045a', { delivered: 483_700, failed: 0 }],
        ['89541ab2-e344-4466-a067-0fd2fc55262f', { delivered: 0, failed: 8 }],
      ],
    );
    const midBackfill = parseDeliveryCounters(readMetricsRecording('y31-metrics-mid-backfill'));
    assert.deepEqual(midBackfill.get('567cffef-9d22-42b6-96dd-900f3e556920'), {
      delivered: 752_854,
      failed: 151_600,
    });
  });

  it('adds up the series of a renamed sink, even if a name contains a quotation mark (recording y35)', () => {
    assert.deepEqual(
      [...parseDeliveryCounters(readMetricsRecording('y35-metrics-name-with-quote'))],
      [['832e1e3a-80ab-4593-952c-e6d2ffe37109', { delivered: 200, failed: 0 }]],
    );
  });

  it('reads the counters of a deleted sink (recording y37)', () => {
    assert.deepEqual(
      [...parseDeliveryCounters(readMetricsRecording('y37-metrics-after-delete'))],
      [['a5d23453-73f6-43ef-b4d8-4af6e11e4505', { delivered: 0, failed: 126 }]],
    );
  });

  it('accepts extra spaces, a trailing comma, a timestamp, an exponent, and quotes and braces in a name', () => {
    assert.deepEqual(parse(), []);
    for (const line of [
      `${success}{consumer_id="a"} 5`,
      `${success}{consumer_id="a",} 5.0 1764000000000`,
      `${success}{ x="}" , consumer_id = "a" , consumer_name="\\"consumer_id=\\"b\\"}" }\t5e0\r`,
    ]) {
      assert.deepEqual(parse(line), [['a', { delivered: 5, failed: 0 }]], line);
    }
  });

  it('skips an invalid line', () => {
    for (const line of [
      `${success} 5`,
      `${success}{consumer_name="a"} 5`,
      `${success}{consumer_id="a"} NaN`,
      `${success}{consumer_id="a"} -1`,
      `${success}{consumer_id="a"} +Inf`,
      `${success}{consumer_id="a"} 1e308`,
      `${success}{consumer_id="a"}`,
      `${success}{consumer_id="a" 5`,
      `${success}{consumer_id="a`,
      `${success}_other{consumer_id="a"} 5`,
      `# ${success}{consumer_id="a"} 5`,
    ]) {
      assert.deepEqual(
        parse(line, `${success}{consumer_id="b"} 1`),
        [['b', { delivered: 1, failed: 0 }]],
        line,
      );
    }
  });

  it('skips an invalid line even if it contains a megabyte of spaces', () => {
    const line = `${success}{${' '.repeat(1_000_000)}x`;
    assert.deepEqual(parseDeliveryCounters(line), new Map());
  });

  it('skips an incomplete line instead of continuing it with the next line', () => {
    const text = `${success}{consumer_id="a"\n,x="y"} 5\n`;
    assert.deepEqual(parseDeliveryCounters(text), new Map());
  });

  it('rejects text that contains no Sequin metrics', () => {
    for (const text of ['', '<html>Log in</html>', '# TYPE go_gc_duration_seconds summary\n']) {
      assert.throws(() => parseDeliveryCounters(text), ShapeError);
    }
  });
});
