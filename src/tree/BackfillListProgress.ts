import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { formatSinkName } from '../text/sinkText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';

/** Shorter loads show only the loading row. A server takes 7 s to list 5,000 backfills. */
const notificationDelayMs = 3_000;

/** Shows a cancellable progress notification while a list of backfills loads slowly. */
export class BackfillListProgress extends DisposableBase {
  readonly #servers: ServerRegistry;
  readonly #clock: Clock;
  /** Sinks whose backfill list is loading. */
  readonly #trackedSinkIds = new Set<string>();

  constructor(servers: ServerRegistry, clock: Clock) {
    super();
    this.#servers = servers;
    this.#clock = clock;
    this.register(
      servers.onDidChangeSnapshot(({ monitor, change }) => {
        for (const sinkId of change.changedSinkIds) {
          this.#trackLoading(monitor, sinkId);
        }
      }),
    );
  }

  #trackLoading(monitor: ServerMonitor, sinkId: string): void {
    if (isLoading(monitor, sinkId) && !this.#trackedSinkIds.has(sinkId)) {
      this.#trackedSinkIds.add(sinkId);
      const timer = this.#clock.schedule(notificationDelayMs, () => {
        void this.#showProgress(monitor, sinkId);
      });
      void this.#waitUntilLoaded(monitor, sinkId).then(() => {
        timer.dispose();
        this.#trackedSinkIds.delete(sinkId);
      });
    }
  }

  async #showProgress(monitor: ServerMonitor, sinkId: string): Promise<void> {
    const sink = monitor.snapshot.sinks.get(sinkId);
    const title = t(
      'Loading the backfills of {0}',
      sink === undefined ? toDisplayText(sinkId) : formatSinkName(sink),
    );
    const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title };
    await vscode.window.withProgress(options, async (_progress, cancellation) => {
      cancellation.onCancellationRequested(() => {
        monitor.cancelBackfillList(sinkId);
      });
      await this.#waitUntilLoaded(monitor, sinkId);
    });
  }

  /** Resolves when the list has loaded, or when the monitor is disposed. */
  async #waitUntilLoaded(monitor: ServerMonitor, sinkId: string): Promise<void> {
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        snapshotSubscription.dispose();
        serversSubscription.dispose();
        resolve();
      };
      const snapshotSubscription = monitor.onDidChange(() => {
        if (!isLoading(monitor, sinkId)) {
          finish();
        }
      });
      const serversSubscription = this.#servers.onDidChangeServers(() => {
        if (!this.#servers.monitors.includes(monitor)) {
          finish();
        }
      });
    });
  }
}

function isLoading({ snapshot }: ServerMonitor, sinkId: string): boolean {
  return snapshot.backfillListLoads.get(sinkId)?.loading === true;
}
