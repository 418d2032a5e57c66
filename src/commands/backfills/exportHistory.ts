import { homedir } from 'node:os';
import { t } from '@vscode/l10n';
import { commands, Uri, window, workspace } from 'vscode';
import { commandIds } from '../../contributions/commandIds.ts';
import { formatHistoryJson } from '../../model/apiJson.ts';
import type { Backfill } from '../../model/Backfill.ts';
import type { Sink } from '../../model/Sink.ts';
import { formatCount } from '../../text/format.ts';
import { formatSinkName } from '../../text/sinkText.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import { toFileName } from '../../text/toFileName.ts';
import type { CommandContext } from '../CommandHandler.ts';
import { resolveSink } from '../resolveTargets.ts';
import type { CommandTargets } from '../Target.ts';
import { loadAllBackfills } from './loadAllBackfills.ts';

/** Exports all backfills of a sink to a CSV or JSON file that the user chooses. */
export async function exportHistory(context: CommandContext, { target }: CommandTargets): Promise<void> {
  const { servers } = context;
  const resolved = await resolveSink(context, target);
  if (resolved === undefined) {
    return;
  }
  const { monitor, sink } = resolved;
  const backfills = await loadAllBackfills({ servers, monitor }, sink.id);
  if (backfills === undefined) {
    return;
  }
  const file = await promptForFile(sink);
  if (
    file !== undefined &&
    (await writeFile(context, file, await createFileContent(file, backfills, sink)))
  ) {
    context.ui.showStatus(formatExportedMessage(backfills.length, formatSinkName(sink)), {
      label: t('Open File'),
      run: async () => {
        await commands.executeCommand('vscode.open', file);
      },
    });
  }
}

async function promptForFile(sink: Sink): Promise<Uri | undefined> {
  const folder = workspace.workspaceFolders?.[0]?.uri ?? Uri.file(homedir());
  return window.showSaveDialog({
    title: t('Export the backfills of {0}', formatSinkName(sink)),
    saveLabel: t('Export'),
    defaultUri: Uri.joinPath(folder, `${toFileName(sink.name)}-backfills.csv`),
    filters: { CSV: ['csv'], JSON: ['json'] },
  });
}

/** Formats the backfills as JSON for a `.json` file, else as CSV. */
async function createFileContent(file: Uri, backfills: readonly Backfill[], { name }: Sink): Promise<string> {
  if (file.path.toLowerCase().endsWith('.json')) {
    return formatHistoryJson(backfills, name);
  }
  const { formatHistoryCsv } = await import('../../text/historyCsv.ts');
  return formatHistoryCsv(backfills, name);
}

/** Writes a file and shows the reason on failure. Returns whether the file was written. */
async function writeFile(context: CommandContext, file: Uri, text: string): Promise<boolean> {
  try {
    await workspace.fs.writeFile(file, new TextEncoder().encode(text));
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    context.log.error(commandIds.exportHistory, toDisplayText(message));
    context.ui.showMessage(
      'error',
      t('Couldn’t write {0}: {1}.', toDisplayText(file.fsPath), toDisplayText(extractReason(message))),
    );
    return false;
  }
}

/** Extracts "permission denied" from Node's `Error: EACCES: permission denied, open '/a/file'`. */
function extractReason(message: string): string {
  return /^(?:Error: )?E[A-Z0-9]+: (.+?), \w+/.exec(message)?.[1] ?? message;
}

function formatExportedMessage(count: number, name: string): string {
  return count === 1
    ? t('Exported 1 backfill of {0}.', name)
    : t('Exported {0} backfills of {1}.', formatCount(count), name);
}
