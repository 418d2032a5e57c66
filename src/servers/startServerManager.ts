import * as vscode from 'vscode';
import type { FetchMetrics } from '../api/createMetricsFetch.ts';
import type { SequinApi } from '../api/SequinApi.ts';
import type { ConnectionStore } from '../connections/ConnectionStore.ts';
import type { MetricsStore } from '../connections/MetricsStore.ts';
import { contextKeys } from '../contributions/contextKeys.ts';
import { setContextKey } from '../contributions/setContextKey.ts';
import type { Settings } from '../contributions/Settings.ts';
import type { MetricsSource } from '../model/deliveries/MetricsSource.ts';
import { systemClock as clock } from '../shared/clock.ts';
import { ServerManager } from './ServerManager.ts';
import type { ServerRegistry } from './ServerRegistry.ts';

interface StartOptions {
  readonly connections: ConnectionStore;
  readonly servers: ServerRegistry;
  readonly settings: Settings;
  readonly createApiClient: (address: string, readToken: () => Promise<string>) => SequinApi;
  readonly metrics: MetricsStore;
  readonly createMetricsFetch: (source: MetricsSource) => FetchMetrics;
  /** The extension's storage folder, for saved snapshots and queues, locks, and the number of windows. */
  readonly storagePath: string;
  readonly log: vscode.LogOutputChannel;
}

/**
 * Creates the {@link ServerManager}, and connects it to VS Code's settings, window state and context keys. Resolves when
 * each signed-in connection has a monitor.
 */
export async function startServerManager(
  options: StartOptions,
  register: (disposable: vscode.Disposable) => void,
): Promise<void> {
  const { settings, log } = options;
  const manager = new ServerManager({
    ...options,
    clock,
    intervalMs: () => settings.refreshIntervalMs,
    isFocused: () => vscode.window.state.focused,
    onSaveError: (error) => {
      log.warn("Couldn't save or delete a snapshot or a queue", error);
    },
    onInternalError: (error) => {
      log.error('A response caused an internal error', error);
    },
  });
  const updateQueueKey = (): void => {
    const hasQueue = options.servers.monitors.some(({ snapshot }) => snapshot.queue !== undefined);
    setContextKey(contextKeys.someQueue, hasQueue);
  };
  updateQueueKey();
  const firstWriteSubscription = options.servers.onDidChangeSnapshot(({ monitor }) => {
    if (monitor.snapshot.pendingWrites.size > 0) {
      setContextKey(contextKeys.hasMadeChange, true);
      firstWriteSubscription.dispose();
    }
  });
  register(
    vscode.Disposable.from(
      options.servers.onDidChangeSnapshot(updateQueueKey),
      options.servers.onDidChangeServers(updateQueueKey),
      firstWriteSubscription,
      settings.onDidChange('refreshInterval', () => {
        manager.reschedule();
      }),
      vscode.window.onDidChangeWindowState(({ focused }) => {
        manager.setFocused(focused);
      }),
      manager,
    ),
  );
  await manager.start();
}
