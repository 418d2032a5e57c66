import assert from 'node:assert/strict';
import type { ConnectionStatus } from '../../../src/model/Connection.ts';
import {
  describeConnection,
  describeConnectionStatus,
  formatConnectionStatus,
} from '../../../src/text/connectionText.ts';
import { setLocale } from '../../../src/text/format.ts';

/** Every status with its name and its sentence. */
const statuses: {
  readonly [K in ConnectionStatus['kind']]: readonly [
    status: ConnectionStatus & { readonly kind: K },
    name: string,
    sentence: string,
  ];
} = {
  connecting: [{ kind: 'connecting' }, 'connecting…', ''],
  connected: [{ kind: 'connected' }, 'connected', ''],
  signedOut: [{ kind: 'signedOut' }, 'signed out', ''],
  invalidAddress: [
    { kind: 'invalidAddress', problem: 'scheme' },
    'invalid address',
    'The address of Shop is invalid. The address must begin with http:// or https://',
  ],
  tokenRejected: [
    { kind: 'tokenRejected', failure: { kind: 'unauthorized' } },
    'token rejected',
    'Shop rejected the API token.',
  ],
  unreachable: [
    { kind: 'unreachable', failure: { kind: 'network', reason: 'refused' } },
    'unreachable',
    'Can’t connect to Shop: connection refused. Is Sequin running?',
  ],
  notSequin: [
    { kind: 'notSequin', failure: { kind: 'notFound', resource: 'api' } },
    'not a Sequin server',
    'There is no Sequin API at Shop.',
  ],
  failing: [
    { kind: 'failing', failure: { kind: 'server', status: 503, retryAfterMs: undefined } },
    'unavailable',
    'Shop is unavailable (HTTP 503). It may be starting, or a proxy can’t reach it.',
  ],
};

describe('connectionText', () => {
  beforeEach(() => {
    setLocale('en', 'UTC');
  });

  for (const [kind, [status, name, sentence]] of Object.entries(statuses)) {
    it(`names and explains the status of a connection: ${kind}`, () => {
      assert.equal(formatConnectionStatus(status), name);
      assert.equal(describeConnectionStatus(status, 'Shop'), sentence);
    });

    it(`includes every status except "connected" in the description of a connection: ${kind}`, () => {
      assert.equal(describeConnection({ production: false }, status), kind === 'connected' ? '' : name);
      assert.equal(
        describeConnection({ production: true }, status, { backfills: { running: 2 }, sinkCount: 1200 }),
        ['production', kind === 'connected' ? '' : name, '2 running', '1,200 sinks']
          .filter(Boolean)
          .join(' · '),
      );
    });
  }

  it('explains each problem of an address', () => {
    const sentences = (['empty', 'notAnAddress', 'scheme', 'credentials'] as const).map((problem) =>
      describeConnectionStatus({ kind: 'invalidAddress', problem }, 'Shop'),
    );
    assert.deepEqual(sentences, [
      'The address of Shop is invalid. Enter the address of your Sequin server.',
      'The address of Shop is invalid. Enter a valid address.',
      'The address of Shop is invalid. The address must begin with http:// or https://',
      'The address of Shop is invalid. Remove the user name and password from the address.',
    ]);
  });

  it('includes the number of sinks, if known, formatted for the locale', () => {
    const describeCount = (sinkCount: number | undefined) =>
      describeConnection({ production: false }, { kind: 'connected' }, { sinkCount });
    assert.deepEqual([undefined, 0, 1, 2].map(describeCount), ['', '0 sinks', '1 sink', '2 sinks']);
    setLocale('de', 'UTC');
    assert.equal(describeCount(1200), '1.200 sinks');
  });
});
