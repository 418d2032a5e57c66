import assert from 'node:assert/strict';
import type { SinkSettings } from '../../../src/model/Sink.ts';
import { setLocale } from '../../../src/text/format.ts';
import { toDestinationFacts, toSettingFacts } from '../../../src/text/sinkSettingsText.ts';
import { sink } from '../samples.ts';

describe('sinkSettingsText', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  const format = (facts: ReturnType<typeof toSettingFacts>) =>
    facts.map(({ label, value }) => `${label}: ${value}`);

  it('lists all settings of a sink on a current server', () => {
    assert.deepEqual(format(toSettingFacts(sink())), [
      'Database: shop',
      'Source tables: public.orders',
      'Changes: inserts, updates, deletes',
      'Filter: none',
      'Transform: none',
      'Enrichment: none',
      'Routing: none',
      'Batch size: 1',
      'Message grouping: on',
      'Retries: no limit',
      'If the buffer is full: pauses',
      'Timestamps: ISO 8601',
    ]);
  });

  const { settings } = sink();
  const changed: readonly (readonly [Partial<SinkSettings>, string])[] = [
    [{ actions: ['insert', 'truncate'] }, 'Changes: inserts, truncate'],
    [{ transform: 'to-event' }, 'Transform: to-event'],
    [{ batchSize: 1_000 }, 'Batch size: 1,000'],
    [{ messageGrouping: false }, 'Message grouping: off'],
    [{ maxRetryCount: 3 }, 'Retries: at most 3'],
    [{ loadSheddingPolicy: 'discard_on_full' }, 'If the buffer is full: discards messages'],
    [{ loadSheddingPolicy: 'spill' }, 'If the buffer is full: spill'],
    [{ timestampFormat: 'unix_microsecond' }, 'Timestamps: microseconds since 1970'],
  ];
  for (const [change, expected] of changed) {
    it(`formats a setting as "${expected}"`, () => {
      const facts = format(toSettingFacts(sink({ settings: { ...settings, ...change } })));
      assert.ok(facts.includes(expected), facts.join('\n'));
    });
  }

  it('leaves out settings that an old server doesn’t report', () => {
    const unreported = Object.fromEntries(Object.keys(settings).map((key) => [key, null]));
    const facts = toSettingFacts(sink({ database: null, settings: { ...settings, ...unreported } }));
    // For retries, null means no limit.
    assert.deepEqual(format(facts), ['Source tables: public.orders', 'Retries: no limit']);
  });

  it('lists the fields of the destination, with units', () => {
    const fields = {
      host: 'cache',
      port: 6379,
      database: 0,
      expire_ms: 60_000,
      tls: true,
      hosts: 'a:1,b:2',
      new_field: 'x',
      // The longest duration that can be formatted is shown instead.
      timeout_seconds: 1e308,
    };
    const destination = { type: 'redis_string', address: 'cache:6379', fields };
    assert.deepEqual(format(toDestinationFacts(sink({ destination }))), [
      'Type: Redis String',
      'Host: cache',
      'Port: 6379',
      'Database number: 0',
      'Keys expire after: 1 min',
      'TLS: yes',
      'Hosts: a:1, b:2',
      'new_field: x',
      'Timeout: 100,000,000 d',
    ]);
  });
});
