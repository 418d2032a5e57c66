import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import { viewIds } from '../contributions/viewIds.ts';
import { findAlerts } from '../servers/alerts.ts';
import { getShownLoad, type Snapshot } from '../servers/Snapshot.ts';
import type { Clock } from '../shared/clock.ts';
import { createBadge } from '../text/backfillCountsText.ts';
import {
  describeMissingFeatures,
  describeProduction,
  describeSampleData,
  getConnectionMark,
} from '../text/connectionText.ts';
import { describeFailure } from '../text/failureText.ts';
import { joinParts } from '../text/format.ts';
import { describeStaleness } from '../text/listMessageText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';
import { assignChanges, RowView, type RowViewOptions } from './RowView.ts';
import type { TreeNode } from './TreeNode.ts';

/** The dependencies of a {@link SinksView}. */
export interface SinksViewOptions extends RowViewOptions {
  readonly view: vscode.TreeView<TreeNode>;
  readonly clock: Clock;
}

/** The Sinks view, with a badge for backfills that need attention, and a message if its data is stale. */
export class SinksView extends RowView {
  readonly #options: SinksViewOptions;

  constructor(options: SinksViewOptions) {
    const { servers, lastViewed, view } = options;
    super(viewIds.sinks, view, options);
    this.#options = options;
    const update = (): void => {
      this.#updateHeader();
      this.#updateBadge();
    };
    this.register(view.onDidChangeVisibility(update));
    this.register(servers.onDidChangeServers(update));
    this.register(servers.onDidChangeSnapshot(update));
    this.register(lastViewed.onDidChange(update));
    update();
  }

  /** Updates the badge of the view's icon with the number of backfills that need attention. */
  #updateBadge(): void {
    const { servers, lastViewed, view } = this.#options;
    const alerts = servers.monitors.map(({ snapshot, serverNow }) =>
      findAlerts(snapshot, serverNow, lastViewed.timestamp),
    );
    const badge = createBadge(
      alerts.flatMap(({ stalled }) => stalled).length,
      alerts.flatMap(({ failed }) => failed).length,
    );
    if (badge?.tooltip !== view.badge?.tooltip) {
      view.badge = badge;
    }
  }

  /**
   * Updates the title, description and message of the view. They describe the connection if there is only one. If there
   * are several connections, each has a row with this information.
   */
  #updateHeader(): void {
    const { servers, clock, view } = this.#options;
    const [only, ...others] = servers.all;
    const server = others.length === 0 ? only : undefined;
    const connection = server?.state.connection;
    const name = connection?.name ?? '';
    const snapshot = server?.monitor?.snapshot;
    const staleMessage = snapshot ? describeLoad(snapshot, name, clock.now()) : '';
    const isSignedIn = server?.monitor !== undefined;
    // The title names a signed-out connection, because the welcome content doesn't, and VS Code hides the description
    // if a container has only one view.
    const title =
      server === undefined || isSignedIn ? l10n.t('Sinks') : l10n.t('Sinks of {0}', toDisplayText(name));
    // The row of the sample data already shows its name.
    const description = connection?.isSample
      ? ''
      : joinParts(toDisplayText(name), connection && getConnectionMark(connection));
    // The message repeats the mark of a production connection, because VS Code hides the description if a container has
    // only one view.
    const message = [
      // Not while signed out: VS Code hides the welcome content while there is a message.
      connection?.production && snapshot !== undefined ? describeProduction(name) : '',
      connection?.isSample ? describeSampleData() : '',
      ...(staleMessage === '' ? describeMissingFeatures(snapshot?.version) : [staleMessage]),
    ]
      .filter(Boolean)
      .join(' ');
    assignChanges(view, { title, description, message });
  }
}

/** Why the sinks couldn't be loaded, or why they are stale; '' for current data. `now` is a local time in ms. */
function describeLoad(snapshot: Snapshot, connectionName: string, now: number): string {
  const { failure, loadedAt, loading } = snapshot.sinksLoad;
  return failure !== undefined && loadedAt === undefined && !loading
    ? describeFailure(failure, connectionName).sentence
    : describeStaleness(getShownLoad(snapshot), connectionName, now);
}
