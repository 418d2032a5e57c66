import type { ConnectionStatus } from '../model/Connection.ts';
import type { Failure } from '../model/failure.ts';
import { isLoaded } from './LoadState.ts';
import type { Server } from './ServerRegistry.ts';

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
    return { kind: classifyFailure(load.failure), failure: load.failure };
  }
  return { kind: load !== undefined && isLoaded(load) ? 'connected' : 'connecting' };
}

function classifyFailure({ kind }: Failure): 'tokenRejected' | 'unreachable' | 'notSequin' | 'failing' {
  switch (kind) {
    case 'unauthorized':
      return 'tokenRejected';
    case 'network':
    case 'tls':
    case 'timeout':
    case 'cancelled':
      return 'unreachable';
    case 'notFound':
    case 'invalidResponse':
      return 'notSequin';
    case 'server':
    case 'rateLimited':
    case 'invalid':
    case 'conflict':
    case 'internal':
      return 'failing';
  }
}
