import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import type { Monitor } from '../monitor/Monitor.ts';
import type { Monitors } from '../monitor/Monitors.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { sinkName } from '../text/sinkText.ts';

/** A shorter wait is not worth a notification: the row says that it loads. 5,000 backfills take a server 7 s. */
const patienceMs = 3_000;

/** Shows that a history takes long, and lets the user give it up. */
export class HistoryProgress extends DisposableBase {
  readonly #monitors: Monitors;
  readonly #clock: Clock;
  /** Sinks whose loading is being followed. */
  readonly #followed = new Set<string>();

  constructor(monitors: Monitors, clock: Clock) {
    super();
    this.#monitors = monitors;
    this.#clock = clock;
    this.register(
      monitors.onDidChange(({ monitor, change }) => {
        for (const sinkId of change.sinkIds) {
          this.#follow(monitor, sinkId);
        }
      }),
    );
  }

  #follow(monitor: Monitor, sinkId: string): void {
    if (isLoading(monitor, sinkId) && !this.#followed.has(sinkId)) {
      this.#followed.add(sinkId);
      const patience = this.#clock.after(patienceMs, () => {
        void this.#show(monitor, sinkId);
      });
      void this.#loaded(monitor, sinkId).then(() => {
        patience.dispose();
        this.#followed.delete(sinkId);
      });
    }
  }

  async #show(monitor: Monitor, sinkId: string): Promise<void> {
    const sink = monitor.snapshot.sinks.get(sinkId);
    const title = t('Loading the backfills of {0}', sink === undefined ? sinkId : sinkName(sink));
    const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title };
    await vscode.window.withProgress(options, async (_progress, cancellation) => {
      cancellation.onCancellationRequested(() => {
        monitor.cancelHistory(sinkId);
      });
      await this.#loaded(monitor, sinkId);
    });
  }

  /** Resolves when the loading has ended, or the monitor has. */
  async #loaded(monitor: Monitor, sinkId: string): Promise<void> {
    await new Promise<void>((resolve) => {
      const end = (): void => {
        changed.dispose();
        switched.dispose();
        resolve();
      };
      const changed = monitor.onDidChange(() => {
        if (!isLoading(monitor, sinkId)) {
          end();
        }
      });
      const switched = this.#monitors.onDidSwitch(() => {
        if (!this.#monitors.all.includes(monitor)) {
          end();
        }
      });
    });
  }
}

function isLoading({ snapshot }: Monitor, sinkId: string): boolean {
  return snapshot.historyLoads.get(sinkId)?.loading === true;
}
