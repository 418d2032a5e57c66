import assert from 'node:assert/strict';
import type { Failure } from '../../../src/api/failure.ts';
import type { AddressProblem, ConnectionState, ConnectionStatus } from '../../../src/model/Connection.ts';
import { statusOf } from '../../../src/monitor/connectionStatus.ts';
import { Monitor } from '../../../src/monitor/Monitor.ts';
import { emptySnapshot, neverLoaded, type Load } from '../../../src/monitor/Snapshot.ts';
import { apiWith, connectionTo, now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

const connection = connectionTo('http://localhost:7376');
const signedIn: ConnectionState = { kind: 'signedIn', connection, tokenNumber: 1 };

/** How a server stands of which this is known. */
function statusWith(load: Partial<Load>, state = signedIn): ConnectionStatus {
  const snapshot = { ...emptySnapshot, sinksLoad: { ...neverLoaded, ...load } };
  const clock = new TestClock(now);
  const monitor = new Monitor({ connection, api: apiWith({}), clock, intervalMs: () => 0, snapshot });
  return statusOf({ state, monitor });
}

/** All failures that there are, of each kind. */
const failures: {
  readonly [K in Failure['kind']]: readonly [
    status: ConnectionStatus['kind'],
    ...failures: Extract<Failure, { kind: K }>[],
  ];
} = {
  unauthorized: ['tokenRefused', { kind: 'unauthorized' }],
  network: [
    'notReachable',
    { kind: 'network', reason: 'refused' },
    { kind: 'network', reason: 'hostUnknown' },
    { kind: 'network', reason: 'other' },
  ],
  tls: ['notReachable', { kind: 'tls', reason: 'expired' }, { kind: 'tls', reason: 'notTls' }],
  timeout: ['notReachable', { kind: 'timeout', afterMs: 60_000 }],
  cancelled: ['notReachable', { kind: 'cancelled' }],
  notFound: ['notSequin', { kind: 'notFound', what: 'page' }],
  badAnswer: [
    'notSequin',
    { kind: 'badAnswer', reason: 'html', status: 200 },
    { kind: 'badAnswer', reason: 'redirect', status: 302 },
  ],
  server: [
    'failing',
    { kind: 'server', status: 500, retryAfterMs: undefined },
    { kind: 'server', status: 503, retryAfterMs: 1_000 },
  ],
  rateLimited: ['failing', { kind: 'rateLimited', retryAfterMs: undefined }],
  invalid: ['failing', { kind: 'invalid', status: 400, reasons: [] }],
  conflict: ['failing', { kind: 'conflict', reason: 'transition', reasons: [] }],
};

describe('how a connection stands', () => {
  for (const [kind, [expected, ...all]] of Object.entries(failures)) {
    it(`is ${expected} where the latest answer is ${kind}, whatever was known before`, () => {
      for (const failure of all) {
        for (const known of [
          {},
          { loadedAt: now },
          { loadedAt: now, kept: true },
          { loading: true },
        ] as const) {
          assert.deepEqual(statusWith({ ...known, failure }), { kind: expected, failure });
        }
      }
    });
  }

  it('is connected once it answered', () => {
    assert.deepEqual(statusWith({ loadedAt: now }), { kind: 'connected' });
    assert.deepEqual(statusWith({ loadedAt: now, loading: true }), { kind: 'connected' });
  });

  it('is connecting before it answered, also where the last session knew it', () => {
    assert.deepEqual(statusOf({ state: signedIn, monitor: undefined }), { kind: 'connecting' });
    assert.deepEqual(statusWith({}), { kind: 'connecting' });
    assert.deepEqual(statusWith({ loading: true }), { kind: 'connecting' });
    assert.deepEqual(statusWith({ loadedAt: now, kept: true }), { kind: 'connecting' });
    assert.deepEqual(statusWith({ loadedAt: now, kept: true, loading: true }), { kind: 'connecting' });
  });

  it('is what the settings say where nothing can be asked', () => {
    assert.deepEqual(statusWith({ loadedAt: now }, { kind: 'signedOut', connection }), { kind: 'signedOut' });
    const problems: readonly AddressProblem[] = [
      'empty',
      'notAnAddress',
      'scheme',
      'credentials',
      'duplicate',
    ];
    for (const problem of problems) {
      const state = { kind: 'badAddress', name: 'x', address: 'y', problem } as const;
      assert.deepEqual(statusOf({ state, monitor: undefined }), { kind: 'badAddress', problem });
    }
  });
});
