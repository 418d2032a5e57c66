import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { createTrustedHover } from '../contributions/createTrustedHover.ts';
import { statusBarItemId } from '../contributions/viewIds.ts';
import type { LastViewed } from '../servers/LastViewed.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import type { Clock } from '../shared/clock.ts';
import { deepEqual } from '../shared/deepEqual.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { renderStatus, type StatusBarContent } from './renderStatus.ts';
import type { SeenStalls } from './SeenStalls.ts';

interface StatusBarOptions {
  readonly servers: ServerRegistry;
  readonly lastViewed: LastViewed;
  readonly seenStalls: SeenStalls;
  readonly clock: Clock;
}

/**
 * The status bar item, which is visible while backfills are running, stalled or newly failed. Updates the item only if
 * its content changes.
 */
export class StatusBar extends DisposableBase {
  readonly #options: StatusBarOptions;
  readonly #item: vscode.StatusBarItem;
  #rendered: StatusBarContent | undefined;

  constructor(
    options: StatusBarOptions,
    item = vscode.window.createStatusBarItem(statusBarItemId, vscode.StatusBarAlignment.Left),
  ) {
    super();
    this.#options = options;
    this.#item = this.register(item);
    item.name = l10n.t('Sequin Backfills');
    const update = (): void => {
      this.#update();
    };
    this.register(options.servers.onDidChangeServers(update));
    this.register(options.servers.onDidChangeSnapshot(update));
    this.register(options.lastViewed.onDidChange(update));
    update();
  }

  #update(): void {
    const { servers, lastViewed, seenStalls, clock } = this.#options;
    seenStalls.update(servers.monitors, lastViewed);
    const status = renderStatus({
      monitors: servers.monitors,
      lastViewedAt: lastViewed.timestamp,
      isStallSeen: (connectionId, stalledBackfill) => seenStalls.has(connectionId, stalledBackfill),
      now: clock.now(),
    });
    if (deepEqual(status, this.#rendered)) {
      return;
    }
    this.#rendered = status;
    if (status === undefined) {
      this.#item.hide();
      return;
    }
    this.#item.text = status.text;
    this.#item.tooltip = createTrustedHover(status.hover);
    this.#item.command = status.command;
    this.#item.accessibilityInformation = { label: status.accessibleLabel };
    this.#item.backgroundColor =
      status.urgency === 'none'
        ? undefined
        : new vscode.ThemeColor(`statusBarItem.${status.urgency}Background`);
    this.#item.show();
  }
}
