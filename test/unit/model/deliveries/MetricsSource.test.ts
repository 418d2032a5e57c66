import assert from 'node:assert/strict';
import { getDefaultMetricsUrl, parseMetricsUrl } from '../../../../src/model/deliveries/MetricsSource.ts';

describe('The URL of metrics', () => {
  it('is on port 8376 of the server by default', () => {
    assert.equal(
      getDefaultMetricsUrl('https://sequin.example.com/sequin'),
      'http://sequin.example.com:8376/metrics',
    );
    assert.equal(getDefaultMetricsUrl('http://[::1]:7376'), 'http://[::1]:8376/metrics');
  });

  it('has the default path if it is entered without one', () => {
    const cases: [input: string, expected: string | { url: string }][] = [
      ['localhost:8376', { url: 'http://localhost:8376/metrics' }],
      ['https://host/', { url: 'https://host/metrics' }],
      ['https://host/sequin/metrics', { url: 'https://host/sequin/metrics' }],
      ['https://user:password@host/metrics', 'credentials'],
      ['ftp://host', 'scheme'],
      ['', 'empty'],
    ];
    for (const [input, expected] of cases) {
      assert.deepEqual(parseMetricsUrl(input), expected, input);
    }
  });
});
