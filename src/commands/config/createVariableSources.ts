import { posix } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { toDisplayText } from '../../text/toDisplayText.ts';
import { readText } from '../../yaml/readWorkspaceYaml.ts';
import type { VariableSources } from './chooseVariables.ts';

/** Creates the sources of variables for a file: `.env` files in its folder, and dialogs of VS Code. */
export function createVariableSources({ uri }: vscode.TextDocument): Omit<VariableSources, 'environment'> {
  const folder = vscode.Uri.joinPath(uri, '..');
  return {
    listFiles: async () => {
      const entries = uri.scheme === 'untitled' ? [] : await readFolder(folder);
      const names = entries.map(([name]) => name).filter((name) => /^\.env(?:\.[\w.-]+)?$/.test(name));
      const files = await Promise.all(
        names.sort().map(async (name) => ({ name, text: await readText(vscode.Uri.joinPath(folder, name)) })),
      );
      return files.flatMap(({ name, text }) => (text === undefined ? [] : [{ name, text }]));
    },
    selectFile: async () => {
      const selected = await vscode.window.showOpenDialog({
        title: l10n.t('Select a File with Variables'),
        openLabel: l10n.t('Select'),
        ...(uri.scheme !== 'untitled' && { defaultUri: folder }),
      });
      const [file] = selected ?? [];
      const text = file && (await readText(file));
      if (file !== undefined && text === undefined) {
        const name = toDisplayText(posix.basename(file.path));
        void vscode.window.showErrorMessage(
          l10n.t('Couldn’t read {0}. Select a text file of at most 64 kB.', name),
        );
      }
      return text;
    },
    promptForValue: async (name) =>
      vscode.window.showInputBox({
        title: toDisplayText(name),
        prompt: l10n.t('Enter the value of {0}', toDisplayText(name)),
        password: true,
        ignoreFocusOut: true,
      }),
  };
}

async function readFolder(folder: vscode.Uri): Promise<[string, vscode.FileType][]> {
  try {
    return await vscode.workspace.fs.readDirectory(folder);
  } catch {
    return [];
  }
}
