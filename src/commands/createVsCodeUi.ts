import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { SettingsError } from '../contributions/SettingsError.ts';
import { viewIds } from '../contributions/viewIds.ts';
import { toFailure } from '../model/failure.ts';
import { showMessage } from '../notifications/showMessage.ts';
import { describeFailure } from '../text/failureText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';
import { pickTables } from './backfills/pickTables.ts';
import { pickItems } from './pickItems.ts';
import { showInput } from './showInput.ts';
import type { StatusMessage } from './StatusMessage.ts';
import type { MessageAction, Ui } from './Ui.ts';

/** Creates the user interface that commands use in VS Code. */
export function createVsCodeUi(
  log: Pick<vscode.LogOutputChannel, 'error' | 'show'>,
  statusMessage: Pick<StatusMessage, 'show'>,
): Ui {
  const runAction = async ({ label, run }: MessageAction): Promise<void> => {
    try {
      await run();
    } catch (error) {
      ui.reportError(label, error);
    }
  };
  const ui: Ui = {
    ask: createAsk(),
    showMessage: (severity, message, ...actions) => {
      const items = actions.map((action) => ({ title: action.label, run: () => runAction(action) }));
      void showMessage(severity, toDisplayText(message), items).then((chosen) => chosen?.run());
    },
    showStatus: (message, action) => {
      statusMessage.show(toDisplayText(message), action && { ...action, run: () => runAction(action) });
    },
    reportError: (source, error) => {
      const failure = toFailure(error);
      if (failure.kind === 'cancelled') {
        // The connection was removed while the command waited for its server.
        return;
      }
      log.error(source, error instanceof Error ? error : String(error));
      const sentence =
        error instanceof SettingsError ? error.message : describeFailure(failure, 'Sequin').sentence;
      const showLog = (): void => {
        log.show();
      };
      ui.showMessage('error', sentence, { label: l10n.t('Show Log'), run: showLog });
    },
    showProgress,
    showLoading: async (task) => vscode.window.withProgress({ location: { viewId: viewIds.sinks } }, task),
    pickOne: async (placeholder, items) => (await pickItems(placeholder, items))[0],
    pickMany: pickItems,
    pickTables,
    showInput,
    runCommand: async (id, target) => {
      await vscode.commands.executeCommand(id, target);
    },
    openExternal: async (url) => {
      await vscode.env.openExternal(vscode.Uri.parse(url, true));
    },
    copy: async (text) => {
      await vscode.env.clipboard.writeText(text);
    },
  };
  return ui;
}

/** Creates the function that shows a modal dialog, unless the same dialog is already open. */
function createAsk(): Ui['ask'] {
  const openQuestionKeys = new Set<string>();
  return async ({ severity, message, detail, choices, dismissLabel, isDismissDefault = false }) => {
    const key = JSON.stringify([message, detail]);
    if (openQuestionKeys.has(key)) {
      return undefined;
    }
    openQuestionKeys.add(key);
    try {
      const items = choices.map(({ label, value }) => ({ title: label, value }));
      // VS Code focuses the first button without `isCloseAffordance`. If every button lacks this property, VS Code adds
      // a Cancel button, and users may think that it cancels the backfill.
      const dismissItem = { title: dismissLabel, value: undefined };
      const allItems = isDismissDefault
        ? [dismissItem, ...items, { title: l10n.t('Close'), isCloseAffordance: true, value: undefined }]
        : [...items, { ...dismissItem, isCloseAffordance: true }];
      return (await showMessage(severity, toDisplayText(message), allItems, { modal: true, detail }))?.value;
    } finally {
      openQuestionKeys.delete(key);
    }
  };
}

const showProgress: Ui['showProgress'] = async (title, stepCount, task) => {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, (progress, cancellationToken) => {
    const controller = new AbortController();
    cancellationToken.onCancellationRequested(() => {
      controller.abort();
    });
    return task(controller.signal, () => {
      progress.report({ increment: 100 / stepCount });
    });
  });
};
