import * as vscode from 'vscode';
import type { SequinApi } from './api/SequinApi.ts';
import type { ConnectionStore } from './connections/ConnectionStore.ts';
import { addressOf, type ConnectionState } from './model/Connection.ts';
import { Monitor } from './monitor/Monitor.ts';
import type { Monitors } from './monitor/Monitors.ts';
import type { Snapshot } from './monitor/Snapshot.ts';
import { deleteSnapshot, readSnapshot, snapshotPath } from './monitor/snapshotFile.ts';
import { SnapshotKeeper } from './monitor/SnapshotKeeper.ts';
import { systemClock as clock } from './shared/clock.ts';
import { DisposableBase, type Disposable } from './shared/lifecycle.ts';

export interface ConnectedMonitorsParts {
  readonly connections: ConnectionStore;
  readonly monitors: Monitors;
  readonly openApi: (address: string, readToken: () => Promise<string>) => SequinApi;
  /** The extension's own folder, where the last snapshots are kept. */
  readonly storage: string;
  readonly log: vscode.LogOutputChannel;
}

type SignedIn = Extract<ConnectionState, { kind: 'signedIn' }>;

/** The monitor of a server that the user is signed in to. */
interface Connected {
  readonly tokenNumber: number;
  readonly monitor: Monitor;
  readonly keeper: Disposable;
}

/** Sees to it that there is a monitor for each server that the user is signed in to, and for no other. */
export class ConnectedMonitors extends DisposableBase {
  readonly #parts: ConnectedMonitorsParts;
  /** By address. */
  readonly #connected = new Map<string, Connected>();
  #addresses: ReadonlySet<string> = new Set();

  constructor(parts: ConnectedMonitorsParts) {
    super();
    this.#parts = parts;
    this.register(
      parts.connections.onDidChange((states) => {
        void this.#follow(states);
      }),
    );
    this.register(
      vscode.window.onDidChangeWindowState(({ focused }) => {
        for (const monitor of parts.monitors.all) {
          monitor.setFocused(focused);
        }
      }),
    );
    this.register(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('sequin.refresh')) {
          for (const monitor of parts.monitors.all) {
            monitor.reschedule();
          }
        }
      }),
    );
  }

  override dispose(): void {
    for (const { keeper } of this.#connected.values()) {
      keeper.dispose();
    }
    super.dispose();
  }

  /** What is still right stays as it is: what happens to one connection disturbs no other. */
  async #follow(states: readonly ConnectionState[]): Promise<void> {
    const { connections, storage } = this.#parts;
    const signedIn = states.filter((state) => state.kind === 'signedIn');
    for (const [address, { tokenNumber, keeper }] of this.#connected) {
      const still = signedIn.some(
        (state) => state.connection.address === address && state.tokenNumber === tokenNumber,
      );
      if (!still) {
        keeper.dispose();
        this.#connected.delete(address);
      }
    }
    this.#forgetSnapshots(states);
    tellMenus(states, connections.entries.length > states.length);
    const arrived = signedIn.filter(({ connection }) => !this.#connected.has(connection.address));
    this.#show(states);
    const read = await Promise.all(
      arrived.map(async (state) => ({
        state,
        snapshot: await readSnapshot(snapshotPath(storage, state.connection.address)),
      })),
    );
    if (read.length > 0 && connections.states === states) {
      for (const { state, snapshot } of read) {
        this.#connect(state, snapshot);
      }
      this.#show(states);
    }
  }

  /** Nothing is kept of a server that the user signed out of, or took away. */
  #forgetSnapshots(states: readonly ConnectionState[]): void {
    const { connections, storage } = this.#parts;
    const addresses = new Set(connections.entries.map(({ address }) => address));
    const removed = [...this.#addresses].filter((address) => !addresses.has(address));
    const signedOut = states.flatMap((state) =>
      state.kind === 'signedOut' ? [state.connection.address] : [],
    );
    this.#addresses = addresses;
    for (const address of [...removed, ...signedOut]) {
      deleteSnapshot(snapshotPath(storage, address));
    }
  }

  #connect({ connection, tokenNumber }: SignedIn, snapshot: Snapshot | undefined): void {
    const { connections, openApi, storage, log } = this.#parts;
    const { address } = connection;
    const monitor = new Monitor({
      connection,
      api: openApi(address, async () => (await connections.token(address)) ?? ''),
      clock,
      intervalMs,
      snapshot,
    });
    monitor.setFocused(vscode.window.state.focused);
    const keeper = new SnapshotKeeper(monitor, snapshotPath(storage, address), clock, (problem) => {
      log.warn('the last snapshot cannot be kept', problem);
    });
    this.#connected.set(address, { tokenNumber, monitor, keeper });
  }

  #show(states: readonly ConnectionState[]): void {
    this.#parts.monitors.set(
      states.map((state) => {
        const monitor = this.#connected.get(addressOf(state))?.monitor;
        if (monitor !== undefined && 'connection' in state) {
          monitor.connection = state.connection;
        }
        return { state, monitor: state.kind === 'signedIn' ? monitor : undefined };
      }),
    );
  }
}

/** For the `when` clauses of menus and welcomes. */
function tellMenus(states: readonly ConnectionState[], someHidden: boolean): void {
  const kinds = states.map(({ kind }) => kind);
  const kind = kinds.includes('signedIn') ? 'signedIn' : (kinds[0] ?? 'none');
  void vscode.commands.executeCommand('setContext', 'sequin.connection', kind);
  void vscode.commands.executeCommand('setContext', 'sequin.severalConnections', states.length > 1);
  const labels = states.flatMap((state) => ('connection' in state ? [state.connection.production] : []));
  void vscode.commands.executeCommand('setContext', 'sequin.someProduction', labels.includes(true));
  void vscode.commands.executeCommand('setContext', 'sequin.someNotProduction', labels.includes(false));
  void vscode.commands.executeCommand('setContext', 'sequin.someHidden', someHidden);
}

/** The fast pace in milliseconds. */
function intervalMs(): number {
  return 1000 * vscode.workspace.getConfiguration('sequin').get('refresh.interval', 2);
}
