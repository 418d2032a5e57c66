import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { runStatusActionCommand, statusMessageId } from '../contributions/viewIds.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase, MutableDisposable } from '../shared/lifecycle.ts';
import type { StatusAction } from './Ui.ts';

/** How long a message is shown, in milliseconds: long enough to read it and to click its action. */
const durationMs = 10_000;

/**
 * Reports successes in a status bar item, one message at a time. A click on a message runs the action of the message,
 * if there is one. The message disappears once the action is no longer available.
 */
export class StatusMessage extends DisposableBase {
  readonly #clock: Clock;
  readonly #item: vscode.StatusBarItem;
  #action: StatusAction | undefined;
  readonly #timer = this.register(new MutableDisposable());

  constructor(
    servers: Pick<ServerRegistry, 'onDidChangeServers' | 'onDidChangeSnapshot'>,
    clock: Clock,
    // To the right of the item for running backfills, so that this item doesn't move when a message appears.
    item = vscode.window.createStatusBarItem(statusMessageId, vscode.StatusBarAlignment.Left, -1),
  ) {
    super();
    this.#clock = clock;
    this.#item = this.register(item);
    item.name = l10n.t('Sequin Results');
    this.register(vscode.commands.registerCommand(runStatusActionCommand, () => this.#runAction()));
    const hideIfUnavailable = (): void => {
      if (this.#action?.isAvailable?.() === false) {
        this.#hide();
      }
    };
    this.register(servers.onDidChangeServers(hideIfUnavailable));
    this.register(servers.onDidChangeSnapshot(hideIfUnavailable));
  }

  /** Shows a message in place of the previous one. */
  show(message: string, action?: StatusAction): void {
    this.#hide();
    this.#action = action;
    const [text, label] = [message.replace(/\.$/, ''), action?.label];
    this.#item.text = `$(check) ${text}${label === undefined ? '' : ` · ${label}`}`;
    this.#item.command = action && runStatusActionCommand;
    this.#item.tooltip = label;
    this.#item.show();
    this.#timer.value = this.#clock.schedule(durationMs, () => {
      this.#hide();
    });
  }

  #hide(): void {
    this.#timer.value = undefined;
    this.#action = undefined;
    this.#item.hide();
  }

  async #runAction(): Promise<void> {
    const action = this.#action;
    this.#hide();
    await action?.run();
  }
}
