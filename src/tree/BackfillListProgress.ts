import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { getRefKey } from '../model/BackfillRef.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { formatSinkName } from '../text/sinkText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';

/**
 * How long a load lasts before its notification appears, in ms. The list shows a loading row from the start. A server
 * takes 7 s to list 5,000 backfills.
 */
const notificationDelayMs = 3_000;

/** Shows a cancellable progress notification if a list of backfills takes long to load. */
export class BackfillListProgress extends DisposableBase {
  readonly #clock: Clock;
  /** The lists that are loading, by the key of the sink. */
  readonly #loads = new Map<string, { readonly monitor: ServerMonitor; readonly end: () => void }>();

  constructor(servers: ServerRegistry, clock: Clock) {
    super();
    this.#clock = clock;
    this.register(
      servers.onDidChangeSnapshot(({ monitor, change }) => {
        for (const sinkId of change.changedSinkIds) {
          this.#update(monitor, sinkId);
        }
      }),
    );
    this.register(
      servers.onDidChangeServers(() => {
        for (const { monitor, end } of this.#loads.values()) {
          if (!servers.monitors.includes(monitor)) {
            end();
          }
        }
      }),
    );
  }

  override dispose(): void {
    super.dispose();
    for (const { end } of this.#loads.values()) {
      end();
    }
  }

  #update(monitor: ServerMonitor, sinkId: string): void {
    const key = getRefKey({ connectionId: monitor.connection.id, sinkId });
    const load = this.#loads.get(key);
    if (monitor.snapshot.backfillListLoads.get(sinkId)?.loading !== true) {
      load?.end();
    } else if (load === undefined) {
      const ended = Promise.withResolvers<undefined>();
      const timer = this.#clock.schedule(notificationDelayMs, () => {
        void showProgress(monitor, sinkId, ended.promise);
      });
      const end = (): void => {
        timer.dispose();
        ended.resolve(undefined);
        this.#loads.delete(key);
      };
      this.#loads.set(key, { monitor, end });
    }
  }
}

async function showProgress(monitor: ServerMonitor, sinkId: string, ended: Promise<unknown>): Promise<void> {
  const sink = monitor.snapshot.sinks.get(sinkId);
  const title = l10n.t(
    'Loading the backfills of {0}',
    sink === undefined ? toDisplayText(sinkId) : formatSinkName(sink),
  );
  const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title };
  await vscode.window.withProgress(options, (_progress, cancellation) => {
    cancellation.onCancellationRequested(() => {
      monitor.backfillLists.cancel(sinkId);
    });
    return ended;
  });
}
