import { homedir } from 'node:os';
import { window, type QuickPickItem } from 'vscode';
import { t } from '@vscode/l10n';
import { isReadableOnTheWay } from '../model/Connection.ts';
import type { CliContext } from '../model/CliContext.ts';
import { badContextText } from '../text/cliContextText.ts';
import { formatList } from '../text/format.ts';
import { plainMessage } from '../text/plainMessage.ts';
import { plainHttpQuestion } from '../text/questionText.ts';
import type { CommandParts } from './Command.ts';
import { confirm } from './confirm.ts';
import { say } from './say.ts';
import { signIn } from './signIn.ts';

interface ContextItem extends QuickPickItem {
  readonly context: CliContext;
}

/** Offers the servers that the Sequin CLI knows on this machine, and connects to those that the user ticks. */
export async function importConnections(parts: CommandParts): Promise<void> {
  // It checks shapes, which nothing else of an activation does.
  const { readCliContexts } = await import('../connections/cliContexts.ts');
  const { contexts, bad } = await readCliContexts(homedir());
  const skipped = bad.map(badContextText);
  if (contexts.length === 0) {
    say(
      parts,
      skipped.length === 0 ? 'information' : 'warning',
      skipped.length === 0
        ? t('The Sequin CLI knows no server on this machine: there is no context in ~/.sequin/contexts.')
        : t('The Sequin CLI’s contexts cannot be used: {0}.', formatList(skipped)),
    );
    return;
  }
  const chosen = await window.showQuickPick(
    contexts.map((context) => contextItem(parts, context)),
    {
      title: t('Import from Sequin CLI'),
      placeHolder:
        skipped.length === 0
          ? t('Which servers? Their tokens are copied into VS Code’s secret storage.')
          : plainMessage(t('Left out: {0}', formatList(skipped))),
      canPickMany: true,
      matchOnDescription: true,
      ignoreFocusOut: true,
    },
  );
  const imported: string[] = [];
  for (const { context } of chosen ?? []) {
    if (await importOne(parts, context)) {
      imported.push(context.name);
    }
  }
  if (imported.length > 0) {
    say(parts, 'information', t('Imported {0}.', formatList(imported)));
  }
}

async function importOne(parts: CommandParts, { name, address, token }: CliContext): Promise<boolean> {
  const { accepted, connections } = parts;
  if (isReadableOnTheWay(address) && !accepted.has(address)) {
    if (!(await confirm(plainHttpQuestion(address)))) {
      return false;
    }
    accepted.add(address);
  }
  return signIn(parts, address, token, freeName(name, connections.entries));
}

/** The name, or that name with a number, where another connection has it. */
function freeName(name: string, entries: CommandParts['connections']['entries']): string {
  const taken = new Set(entries.map((entry) => entry.name));
  let free = name;
  for (let number = 2; taken.has(free); number += 1) {
    free = `${name} ${number}`;
  }
  return free;
}

function contextItem({ connections }: CommandParts, context: CliContext): ContextItem {
  const { name, description, address, isDefault, isCloud } = context;
  const known = connections.entries.some((entry) => entry.address === address);
  return {
    label: name,
    description: [
      address,
      isDefault ? t('the CLI’s default') : '',
      known ? t('connected already: its token is replaced') : '',
      isCloud ? t('Sequin Cloud, which closed in October 2025') : '',
    ]
      .filter(Boolean)
      .join(' · '),
    ...(description !== '' && { detail: description }),
    context,
  };
}
