import * as vscode from 'vscode';
import { contextKeys } from '../contributions/contextKeys.ts';
import { setContextKey } from '../contributions/setContextKey.ts';
import type { Settings } from '../contributions/Settings.ts';
import { systemClock as clock } from '../shared/clock.ts';
import { ServerManager, type ServerManagerOptions } from './ServerManager.ts';

interface StartOptions extends Pick<
  ServerManagerOptions,
  'connections' | 'servers' | 'createApiClient' | 'metrics' | 'createMetricsFetch' | 'storagePath'
> {
  readonly settings: Settings;
  readonly log: Pick<vscode.LogOutputChannel, 'warn' | 'error'>;
}

/**
 * Creates the {@link ServerManager}, and connects it to VS Code's settings, window state and context keys. The promise
 * resolves when each signed-in connection has a monitor.
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
