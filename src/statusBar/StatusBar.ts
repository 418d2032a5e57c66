import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { focusSinksCommand, statusBarItemId } from '../contributions/viewIds.ts';
import type { LastViewed } from '../servers/LastViewed.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import type { Clock } from '../shared/clock.ts';
import { deepEqual } from '../shared/deepEqual.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { renderStatus, type StatusBarContent } from './renderStatus.ts';

interface StatusBarOptions {
  readonly servers: ServerRegistry;
  readonly lastViewed: LastViewed;
  readonly clock: Clock;
}

/** The status bar item: visible while backfills are running or need attention, updated only when its content changes. */
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
    item.name = t('Sequin Backfills');
    item.command = focusSinksCommand;
    const update = (): void => {
      this.#update();
    };
    this.register(options.servers.onDidChangeServers(update));
    this.register(options.servers.onDidChangeSnapshot(update));
    this.register(options.lastViewed.onDidChange(update));
    update();
  }

  #update(): void {
    const { servers, lastViewed, clock } = this.#options;
    const status = renderStatus(servers.monitors, lastViewed.timestamp, clock.now());
    if (deepEqual(status, this.#rendered)) {
      return;
    }
    this.#rendered = status;
    if (status === undefined) {
      this.#item.hide();
      return;
    }
    this.#item.text = status.text;
    this.#item.tooltip = new vscode.MarkdownString(status.hover);
    this.#item.accessibilityInformation = { label: status.accessibleLabel };
    this.#item.backgroundColor =
      status.urgency === 'none'
        ? undefined
        : new vscode.ThemeColor(`statusBarItem.${status.urgency}Background`);
    this.#item.show();
  }
}
