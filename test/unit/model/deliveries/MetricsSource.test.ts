import assert from 'node:assert/strict';
import { getDefaultMetricsUrl, parseMetricsUrl } from '../../../../src/model/deliveries/MetricsSource.ts';

describe('the URL of the metrics', () => {
  it('has http, the host of the server, port 8376 and the path /metrics by default', () => {
    assert.equal(
      getDefaultMetricsUrl('https://sequin.example.com/sequin'),
      'http://sequin.example.com:8376/metrics',
    );
    assert.equal(getDefaultMetricsUrl('http://[::1]:7376'), 'http://[::1]:8376/metrics');
  });

  it('keeps its path, or gets the default path if it has none', () => {
    const cases: [input: string, url: string][] = [
      ['localhost:8376', 'http://localhost:8376/metrics'],
      ['https://host/', 'https://host/metrics'],
      ['https://host/sequin/metrics', 'https://host/sequin/metrics'],
    ];
    for (const [input, url] of cases) {
      assert.deepEqual(parseMetricsUrl(input), { url }, input);
    }
  });

  it('must have an HTTP or HTTPS scheme and no credentials, and must not be empty', () => {
    const cases: [input: string, problem: string][] = [
      ['https://user:password@host/metrics', 'credentials'],
      ['ftp://host', 'scheme'],
      ['', 'empty'],
    ];
    for (const [input, problem] of cases) {
      assert.equal(parseMetricsUrl(input), problem, input);
    }
  });
});
