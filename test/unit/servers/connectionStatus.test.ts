import assert from 'node:assert/strict';
import type { AddressProblem, ConnectionStatus, SignInState } from '../../../src/model/Connection.ts';
import type { Failure } from '../../../src/model/failure.ts';
import { type LoadState, neverLoaded } from '../../../src/model/LoadState.ts';
import { getConnectionStatus } from '../../../src/servers/connectionStatus.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { emptySnapshot } from '../../../src/servers/Snapshot.ts';
import { apiWith, connectionTo, now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

const connection = connectionTo('http://localhost:7376');
const signedIn: SignInState = { kind: 'signedIn', connection, tokenVersion: 1 };

/** Returns the status of a connection whose list of sinks has the given load state. */
function getStatusWith(load: Partial<LoadState>, state = signedIn): ConnectionStatus {
  const snapshot = { ...emptySnapshot, sinksLoad: { ...neverLoaded, ...load } };
  const clock = new TestClock(now);
  const monitor = new ServerMonitor({ connection, api: apiWith({}), clock, intervalMs: () => 0, snapshot });
  return getConnectionStatus({ state, monitor });
}

/** For each kind of failure, the expected status and examples of such failures. */
const failures: {
  readonly [K in Failure['kind']]: readonly [
    status: ConnectionStatus['kind'],
    ...failures: Extract<Failure, { kind: K }>[],
  ];
} = {
  unauthorized: ['tokenRejected', { kind: 'unauthorized' }],
  network: [
    'unreachable',
    { kind: 'network', reason: 'refused' },
    { kind: 'network', reason: 'hostUnknown' },
    { kind: 'network', reason: 'other' },
  ],
  tls: ['unreachable', { kind: 'tls', reason: 'expired' }, { kind: 'tls', reason: 'notTls' }],
  timeout: ['unreachable', { kind: 'timeout', afterMs: 60_000 }],
  cancelled: ['unreachable', { kind: 'cancelled' }],
  notFound: ['notSequin', { kind: 'notFound', resource: 'api' }],
  invalidResponse: [
    'notSequin',
    { kind: 'invalidResponse', reason: 'html', status: 200 },
    { kind: 'invalidResponse', reason: 'redirect', status: 302 },
  ],
  server: [
    'failing',
    { kind: 'server', status: 500, retryAfterMs: undefined },
    { kind: 'server', status: 503, retryAfterMs: 1_000 },
  ],
  rateLimited: ['failing', { kind: 'rateLimited', retryAfterMs: undefined }],
  invalid: ['failing', { kind: 'invalid', status: 400, serverMessages: [] }],
  conflict: ['failing', { kind: 'conflict', reason: 'transition', serverMessages: [] }],
  internal: ['failing', { kind: 'internal' }],
};

describe('the connection status', () => {
  for (const [kind, [expected, ...failuresOfKind]] of Object.entries(failures)) {
    it(`is ${expected} after a failure of kind ${kind}, regardless of what was loaded before`, () => {
      for (const failure of failuresOfKind) {
        for (const load of [
          {},
          { loadedAt: now },
          { loadedAt: now, fromCache: true },
          { loading: true },
        ] as const) {
          assert.deepEqual(getStatusWith({ ...load, failure }), { kind: expected, failure });
        }
      }
    });
  }

  it('is connected once the sinks are loaded', () => {
    assert.deepEqual(getStatusWith({ loadedAt: now }), { kind: 'connected' });
    assert.deepEqual(getStatusWith({ loadedAt: now, loading: true }), { kind: 'connected' });
  });

  it('is connecting before the first response, with or without a snapshot of the last session', () => {
    assert.deepEqual(getConnectionStatus({ state: signedIn, monitor: undefined }), { kind: 'connecting' });
    assert.deepEqual(getStatusWith({}), { kind: 'connecting' });
    assert.deepEqual(getStatusWith({ loading: true }), { kind: 'connecting' });
    assert.deepEqual(getStatusWith({ loadedAt: now, fromCache: true }), { kind: 'connecting' });
    assert.deepEqual(getStatusWith({ loadedAt: now, fromCache: true, loading: true }), {
      kind: 'connecting',
    });
  });

  it('is signedOut or invalidAddress while no request is possible', () => {
    assert.deepEqual(getStatusWith({ loadedAt: now }, { kind: 'signedOut', connection }), {
      kind: 'signedOut',
    });
    const problems: readonly AddressProblem[] = ['empty', 'notAnAddress', 'scheme', 'credentials'];
    for (const problem of problems) {
      const state = { kind: 'invalidAddress', connection, problem } as const;
      assert.deepEqual(getConnectionStatus({ state, monitor: undefined }), {
        kind: 'invalidAddress',
        problem,
      });
    }
  });
});
