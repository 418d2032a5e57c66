import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import type { LastLooked } from '../monitor/LastLooked.ts';
import type { Monitors } from '../monitor/Monitors.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { drawStatus, type Status } from './drawStatus.ts';

interface StatusBarParts {
  readonly monitors: Monitors;
  readonly lastLooked: LastLooked;
  readonly clock: Clock;
}

/** The item in the status bar: there only while there is something to say, and drawn anew only when that changes. */
export class StatusBar extends DisposableBase {
  readonly #parts: StatusBarParts;
  readonly #item: vscode.StatusBarItem;
  #drawn: Status | undefined;

  constructor(
    parts: StatusBarParts,
    item = vscode.window.createStatusBarItem('sequin.status', vscode.StatusBarAlignment.Left),
  ) {
    super();
    this.#parts = parts;
    this.#item = this.register(item);
    item.name = t('Sequin Backfills');
    item.command = 'sequin.sinks.focus';
    const draw = (): void => {
      this.#draw();
    };
    this.register(parts.monitors.onDidSwitch(draw));
    this.register(parts.monitors.onDidChange(draw));
    this.register(parts.lastLooked.onDidChange(draw));
    draw();
  }

  #draw(): void {
    const { monitors, lastLooked, clock } = this.#parts;
    const status = drawStatus(monitors.all, lastLooked.at, clock.now());
    if (isDeepStrictEqual(status, this.#drawn)) {
      return;
    }
    this.#drawn = status;
    if (status === undefined) {
      this.#item.hide();
      return;
    }
    this.#item.text = status.text;
    this.#item.tooltip = new vscode.MarkdownString(status.hover);
    this.#item.accessibilityInformation = { label: status.spoken };
    this.#item.backgroundColor =
      status.urgency === 'none'
        ? undefined
        : new vscode.ThemeColor(`statusBarItem.${status.urgency}Background`);
    this.#item.show();
  }
}
