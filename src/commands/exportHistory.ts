import { homedir } from 'node:os';
import { commands, Uri, window, workspace } from 'vscode';
import { t } from '@vscode/l10n';
import type { Backfill } from '../model/Backfill.ts';
import { historyJson } from '../model/apiJson.ts';
import type { Sink } from '../model/Sink.ts';
import { fileName } from '../text/fileName.ts';
import { formatCount } from '../text/format.ts';
import { plainMessage } from '../text/plainMessage.ts';
import { sinkName } from '../text/sinkText.ts';
import type { CommandParts } from './Command.ts';
import { say } from './say.ts';
import { targetSink } from './targets.ts';
import { wholeHistory } from './wholeHistory.ts';

/** Writes all backfills that a sink ever had to a file that the user names, as CSV or as JSON. */
export async function exportHistory(parts: CommandParts, target: unknown): Promise<void> {
  const { monitors } = parts;
  const found = await targetSink(parts, target);
  if (found === undefined) {
    return;
  }
  const { monitor, sink } = found;
  const backfills = await wholeHistory({ monitors, monitor }, sink.id, { anew: true });
  if (backfills === undefined) {
    return;
  }
  const file = await askForFile(sink);
  if (file !== undefined && (await write(parts, file, await fileText(file, backfills, sink)))) {
    say(parts, 'information', exportedText(backfills.length, sinkName(sink)), {
      label: t('Open File'),
      run: async () => {
        await commands.executeCommand('vscode.open', file);
      },
    });
  }
}

async function askForFile(sink: Sink): Promise<Uri | undefined> {
  const folder = workspace.workspaceFolders?.[0]?.uri ?? Uri.file(homedir());
  return window.showSaveDialog({
    title: plainMessage(t('Export the backfills of {0}', sinkName(sink))),
    saveLabel: t('Export'),
    defaultUri: Uri.joinPath(folder, `${fileName(sinkName(sink))}-backfills.csv`),
    filters: { CSV: ['csv'], JSON: ['json'] },
  });
}

/** JSON if the file is named so, else CSV. */
async function fileText(file: Uri, backfills: readonly Backfill[], { name }: Sink): Promise<string> {
  if (file.path.toLowerCase().endsWith('.json')) {
    return historyJson(backfills, name);
  }
  const { historyCsv } = await import('../text/historyCsv.ts');
  return historyCsv(backfills, name);
}

/** Whether it could be written. Why not is told here: it is no defect of ours. */
async function write(parts: CommandParts, file: Uri, text: string): Promise<boolean> {
  try {
    await workspace.fs.writeFile(file, new TextEncoder().encode(text));
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    parts.log.error('sequin.exportHistory', message);
    say(parts, 'error', t('{0} cannot be written: {1}.', file.fsPath, reasonIn(message)));
    return false;
  }
}

/** Of `Error: EACCES: permission denied, open '/a/file'`, as Node puts it, what is for people. */
function reasonIn(message: string): string {
  return /^(?:Error: )?E[A-Z0-9]+: (.+?), \w+/.exec(message)?.[1] ?? message;
}

function exportedText(count: number, name: string): string {
  return count === 1
    ? t('Exported 1 backfill of {0}.', name)
    : t('Exported {0} backfills of {1}.', formatCount(count), name);
}
