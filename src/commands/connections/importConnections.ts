import { homedir } from 'node:os';
import * as l10n from '@vscode/l10n';
import { type QuickPickItem, window } from 'vscode';
import { readCliContexts } from '../../connections/cliContexts.ts';
import { createUniqueName } from '../../connections/connectionSettings.ts';
import { createConnectionId } from '../../connections/ConnectionStore.ts';
import { focusSinksCommand } from '../../contributions/viewIds.ts';
import type { CliContext } from '../../model/CliContext.ts';
import { describeInvalidContext } from '../../text/connectionText.ts';
import { formatList, joinParts } from '../../text/format.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { CommandContext } from '../CommandHandler.ts';
import { confirmUnencrypted } from './confirmUnencrypted.ts';
import { findSameAccount } from './findSameAccount.ts';
import { signIn } from './signIn.ts';

interface ContextItem extends QuickPickItem {
  readonly cliContext: CliContext;
}

/**
 * Lists the contexts of the Sequin CLI on this machine. For each context that the user picks, adds a connection, or
 * replaces the token of the existing connection to the same account.
 */
export async function importConnections(context: CommandContext): Promise<void> {
  const { contexts, invalid } = await readCliContexts(homedir());
  const skipped = invalid.map(describeInvalidContext);
  if (contexts.length === 0) {
    context.ui.showMessage(
      skipped.length === 0 ? 'information' : 'warning',
      skipped.length === 0
        ? l10n.t('No Sequin CLI contexts found in ~/.sequin/contexts.')
        : l10n.t('Couldn’t import any Sequin CLI context: {0}.', formatList(skipped)),
    );
    return;
  }
  const chosen = await window.showQuickPick(
    Promise.all(contexts.map((cliContext) => createContextItem(context, cliContext))),
    {
      title: l10n.t('Import from Sequin CLI'),
      placeHolder:
        skipped.length === 0
          ? l10n.t('Select contexts to import. Their tokens are copied to VS Code’s secret storage.')
          : l10n.t('Select contexts to import. Skipped: {0}', formatList(skipped)),
      canPickMany: true,
      matchOnDescription: true,
      ignoreFocusOut: true,
    },
  );
  const imported: string[] = [];
  for (const { cliContext } of chosen ?? []) {
    if (await importContext(context, cliContext)) {
      imported.push(cliContext.name);
    }
  }
  if (imported.length > 0) {
    await context.ui.runCommand(focusSinksCommand);
    context.ui.showStatus(l10n.t('Imported {0}.', formatList(imported.map(toDisplayText))));
  }
}

async function importContext(context: CommandContext, cliContext: CliContext): Promise<boolean> {
  const { name, address, token } = cliContext;
  if (!(await confirmUnencrypted(context, address))) {
    return false;
  }
  const connection = (await findSameAccount(context, cliContext)) ?? {
    id: createConnectionId(),
    address,
    name: createUniqueName(name, context.connections.entries),
  };
  return signIn(context, connection, token);
}

async function createContextItem(context: CommandContext, cliContext: CliContext): Promise<ContextItem> {
  const { name, description, address, isDefault, isCloud } = cliContext;
  const isConnected = (await findSameAccount(context, cliContext)) !== undefined;
  return {
    label: toDisplayText(name),
    description: joinParts(
      toDisplayText(address),
      isDefault ? l10n.t('default context') : '',
      isConnected ? l10n.t('already connected; replaces the token') : '',
      isCloud ? l10n.t('Sequin Cloud (shut down October 2025)') : '',
    ),
    ...(description !== '' && { detail: toDisplayText(description) }),
    cliContext,
  };
}
