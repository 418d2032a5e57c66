import { hostname } from 'node:os';
import * as vscode from 'vscode';
import type { Settings } from '../contributions/Settings.ts';
import type { Clock } from '../shared/clock.ts';
import { ConnectionStore } from './ConnectionStore.ts';
import { KnownConnections } from './KnownConnections.ts';
import { TokenStore } from './TokenStore.ts';

/** Creates the store of this window's connections. `onProblem` receives messages for the log. */
export function createConnectionStore(
  { secrets, globalState }: Pick<vscode.ExtensionContext, 'secrets' | 'globalState'>,
  settings: Settings,
  clock: Clock,
  onProblem: (problem: string) => void,
): ConnectionStore {
  return new ConnectionStore({
    settings,
    tokens: new TokenStore({
      secrets,
      get machineNames() {
        return getMachineNames();
      },
      onProblem,
    }),
    knownConnections: new KnownConnections(globalState, clock),
  });
}

/**
 * Returns the names of the machine of a remote window; empty in a local window. The names are the host name and VS
 * Code's name of the remote, such as `dev-container+…` or `ssh-remote+host`. VS Code's name stays the same when a
 * container is rebuilt with another host name, but is available only in the URIs of open folders. In a browser, these
 * URIs contain the address of VS Code's own server instead, without a `+`.
 */
export function getMachineNames(): readonly string[] {
  if (vscode.env.remoteName === undefined) {
    return [];
  }
  const authorities = (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'vscode-remote' && uri.authority.includes('+'))
    .map(({ uri }) => uri.authority);
  return [...new Set([...authorities, hostname()])];
}
