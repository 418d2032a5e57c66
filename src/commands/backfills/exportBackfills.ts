import { homedir } from 'node:os';
import { basename } from 'node:path/posix';
import * as l10n from '@vscode/l10n';
import { commands, Uri, window, workspace } from 'vscode';
import { commandIds } from '../../contributions/commandIds.ts';
import { formatBackfillsJson } from '../../model/apiJson.ts';
import type { Sink } from '../../model/Sink.ts';
import { formatBackfillsCsv } from '../../text/backfillsCsv.ts';
import { formatCount } from '../../text/format.ts';
import { formatSinkName } from '../../text/sinkText.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import { toFileName } from '../../text/toFileName.ts';
import type { CommandContext, CommandHandler } from '../CommandHandler.ts';
import { resolveSink } from '../resolveTargets.ts';
import type { Ui } from '../Ui.ts';
import { loadAllBackfills } from './loadAllBackfills.ts';

/** The format of an exported file, and its file name extension. */
type ExportFormat = 'csv' | 'json';

/** Exports all backfills of a sink to a CSV or JSON file that the user chooses. */
export const exportBackfills: CommandHandler = async (context, { target }) => {
  const { ui } = context;
  const resolved = await resolveSink(context, target);
  const format = resolved && (await pickFormat(ui));
  if (resolved === undefined || format === undefined) {
    return;
  }
  const { monitor, sink } = resolved;
  const backfills = await loadAllBackfills(monitor, sink.id);
  const file = backfills && (await promptForFile(sink, format));
  if (backfills === undefined || file === undefined) {
    return;
  }
  const formatFile = format === 'json' ? formatBackfillsJson : formatBackfillsCsv;
  if (await writeFile(context, file, formatFile(backfills, sink.name))) {
    ui.showStatus(formatExportedMessage(backfills.length, file), {
      label: l10n.t('Open File'),
      run: async () => {
        await commands.executeCommand('vscode.open', file);
      },
    });
  }
};

async function pickFormat(ui: Ui): Promise<ExportFormat | undefined> {
  return ui.pickOne<ExportFormat>(l10n.t('Select a file format'), [
    { label: 'CSV', description: l10n.t('For spreadsheets'), value: 'csv' },
    { label: 'JSON', description: l10n.t('In the format of Sequin’s API'), value: 'json' },
  ]);
}

async function promptForFile(sink: Sink, format: ExportFormat): Promise<Uri | undefined> {
  const folder = workspace.workspaceFolders?.[0]?.uri ?? Uri.file(homedir());
  return window.showSaveDialog({
    title: l10n.t('Export the backfills of {0}', formatSinkName(sink)),
    saveLabel: l10n.t('Export'),
    defaultUri: Uri.joinPath(folder, `${toFileName(sink.name)}-backfills.${format}`),
    filters: { [format.toUpperCase()]: [format] },
  });
}

/** Writes a file. Returns whether the file was written; if not, shows the reason. */
async function writeFile(context: CommandContext, file: Uri, text: string): Promise<boolean> {
  try {
    await workspace.fs.writeFile(file, new TextEncoder().encode(text));
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    context.log.error(commandIds.exportHistory, toDisplayText(message));
    context.ui.showMessage(
      'error',
      l10n.t('Couldn’t write {0}: {1}.', toDisplayText(file.fsPath), toDisplayText(extractReason(message))),
    );
    return false;
  }
}

/**
 * Extracts the reason from a Node.js error message: "permission denied" from `Error: EACCES: permission denied, open
 * '/a/file'`.
 */
function extractReason(message: string): string {
  return /^(?:Error: )?E[A-Z0-9]+: (.+?), \w+/.exec(message)?.[1] ?? message;
}

function formatExportedMessage(count: number, file: Uri): string {
  const name = toDisplayText(basename(file.path));
  return count === 1
    ? l10n.t('Exported 1 backfill to {0}.', name)
    : l10n.t('Exported {0} backfills to {1}.', formatCount(count), name);
}
