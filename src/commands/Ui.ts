import type { CommandId } from '../contributions/commandIds.ts';
import type { focusSinksCommand } from '../contributions/viewIds.ts';
import type { BackfillRef, ConnectionRef } from '../model/BackfillRef.ts';
import type { Severity } from '../notifications/showMessage.ts';
import type { Confirmation } from '../text/confirmationText.ts';
import type { InputOptions, InputResult } from './showInput.ts';
import type { TargetSink } from './targetItems.ts';

/** A button of a message. */
export interface MessageAction {
  readonly label: string;
  readonly run: () => Thenable<void> | void;
}

/** A button of a message in the status bar. */
export interface StatusAction extends MessageAction {
  /**
   * Whether the action is still possible. The message disappears once the action is no longer possible. By default, the
   * action is always possible.
   */
  readonly isAvailable?: () => boolean;
}

/** A modal dialog with a button for each choice, and a button that dismisses the dialog. */
export interface Question<T> {
  readonly severity: Severity;
  readonly message: string;
  readonly detail: string;
  readonly choices: readonly { readonly label: string; readonly value: T }[];
  readonly dismissLabel: string;
  /** Whether the button that dismisses the dialog has the initial focus, so that Enter changes nothing. */
  readonly isDismissDefault?: boolean;
}

/** An item of a quick pick. */
export interface PickItem<T> {
  readonly label: string;
  readonly description?: string;
  /** The name of a codicon. */
  readonly icon?: string;
  /** The heading above the item. Successive items with the same heading share it. */
  readonly group?: string;
  readonly value: T;
}

/** The items that one server adds to a quick pick. */
export interface PickList<T> {
  readonly items: readonly PickItem<T>[];
  /** The reason why items may be missing or stale, shown as the title of the quick pick. */
  readonly problem?: string;
}

/** The items of a quick pick, or lists of items that may still be loading. */
export type PickItems<T> = readonly PickItem<T>[] | { readonly lists: readonly Promise<PickList<T>>[] };

/**
 * The parts of VS Code's user interface that commands use. Tests replace them, so that commands run without VS Code.
 */
export interface Ui {
  /**
   * Asks a question. Resolves to the chosen value, or to undefined if the user dismisses the dialog or the same dialog
   * is already open, for example after a double click.
   */
  readonly ask: <T>(question: Question<T>) => Promise<T | undefined>;
  /**
   * Shows a message, and runs the action of the button that the user presses. Returns at once, so that the command can
   * finish.
   */
  readonly showMessage: (severity: Severity, message: string, ...actions: readonly MessageAction[]) => void;
  /** Reports a success in the status bar for a few seconds. A click on the message runs the action, if there is one. */
  readonly showStatus: (message: string, action?: StatusAction) => void;
  /**
   * Logs an error and shows it to the user, unless a request was cancelled. `source` is the id of the command or the
   * label of the button whose action failed.
   */
  readonly reportError: (source: string, error: unknown) => void;
  /** Runs a task of `stepCount` steps, and shows its progress in a notification, where the user can abort the task. */
  readonly showProgress: <T>(
    title: string,
    stepCount: number,
    task: (signal: AbortSignal, onStep: () => void) => Promise<T>,
  ) => Promise<T>;
  /** Runs a task, and shows the _Sinks_ view as loading until the task has finished. */
  readonly showLoading: <T>(task: () => Promise<T>) => Promise<T>;
  /** Lets the user pick one item. Resolves to undefined if the list is closed, or if it has loaded and is empty. */
  readonly pickOne: <T>(placeholder: string, items: PickItems<T>) => Promise<T | undefined>;
  /**
   * Lets the user pick items. If none is ticked, Enter picks the highlighted item. Resolves to an empty array if the
   * list is closed, or if it has loaded and is empty.
   */
  readonly pickMany: <T>(
    placeholder: string,
    items: PickItems<T>,
    isTicked: (value: T) => boolean,
  ) => Promise<readonly T[]>;
  /**
   * Lets the user pick tables of a sink, or continue in Sequin's console. Resolves to an empty array if the list is
   * closed.
   */
  readonly pickTables: (target: TargetSink) => Promise<readonly string[] | 'console'>;
  /** Prompts for one line of text. Resolves to undefined if the input is closed. */
  readonly showInput: (options: InputOptions) => Promise<InputResult | undefined>;
  readonly runCommand: (
    id: CommandId | typeof focusSinksCommand,
    target?: ConnectionRef | BackfillRef,
  ) => Promise<void>;
  readonly openExternal: (url: string) => Promise<void>;
  /** Copies text to the clipboard. */
  readonly copy: (text: string) => Promise<void>;
}

/** Asks the user to confirm an action. */
export async function confirm(ui: Ui, { confirmLabel, ...texts }: Confirmation): Promise<boolean> {
  const choices = [{ label: confirmLabel, value: true }];
  return (await ui.ask({ severity: 'warning', ...texts, choices })) ?? false;
}
