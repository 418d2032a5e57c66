import type { ConnectionStatus } from '../model/Connection.ts';
import type { Failure } from '../model/failure.ts';
import { isLoaded } from '../model/LoadState.ts';
import type { Server } from './ServerRegistry.ts';

/** The kind of status of a connection whose sinks failed to load, by kind of failure. */
const statusKinds = {
  unauthorized: 'tokenRejected',
  network: 'unreachable',
  tls: 'unreachable',
  timeout: 'unreachable',
  cancelled: 'unreachable',
  notFound: 'notSequin',
  invalidResponse: 'notSequin',
  server: 'failing',
  rateLimited: 'failing',
  invalid: 'failing',
  conflict: 'failing',
  internal: 'failing',
} as const satisfies Record<Failure['kind'], ConnectionStatus['kind']>;

/** Determines the status of a connection from its sign-in state and the latest load of its sinks. */
export function getConnectionStatus({ state, monitor }: Server): ConnectionStatus {
  if (state.kind === 'invalidAddress') {
    return { kind: 'invalidAddress', problem: state.problem };
  }
  if (state.kind === 'signedOut') {
    return { kind: 'signedOut' };
  }
  const load = monitor?.snapshot.sinksLoad;
  if (load?.failure !== undefined) {
    return { kind: statusKinds[load.failure.kind], failure: load.failure };
  }
  return { kind: load !== undefined && isLoaded(load) ? 'connected' : 'connecting' };
}
